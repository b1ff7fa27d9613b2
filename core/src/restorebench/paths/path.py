"""A Gaussian path: x_t = a(t)·x0 + b(t)·μ + c(t)·ε, and everything that follows from it.

μ is the degraded image, ε standard noise, t = 0 the data and t = 1 the prior. In the gauge
z = (x − bμ)/a, σ = c/a every such path is z = x0 + σε, the variance-exploding diffusion of x0
(Karras et al., NeurIPS 2022, arXiv 2206.00364, §2): μ is gone, and any solver fits any path.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

import numpy as np
import torch
from torch import Tensor

from restorebench.errors import OptionError
from restorebench.paths.curves import Curve, Real, derivative, inverse, snapped

Kernel: TypeAlias = Literal["ode", "ancestral", "ratio", "excess", "zero"]
"""How much of ε̂ a step keeps: the rule for κ, see `Path.kappa`."""

PosteriorStep: TypeAlias = Callable[[Tensor, Tensor, Tensor, float, float], tuple[Tensor, float]]
"""(x, x̂0, μ, t, s) to the mean and the standard deviation of x_s."""


class Clock(NamedTuple):
    """The time in which a path's own SDE has constant coefficients, and its rate d/dt."""

    value: Curve
    rate: Curve


@dataclass(frozen=True, eq=False, kw_only=True)
class Path:
    """Three functions of t in [0, 1], float64, and their time grid.

    `da`, `db` and one of `dc`, `g2` (the squared diffusion coefficient) are derivatives; those
    that are not given are found numerically, which only smooth a, b, c allow.
    `steps` is T of a path that was defined on a grid: a network gets t·T (else t·`time_scale`).
    `posterior` is the κ of the path's own stochastic sampler. `bridge` marks a(1) = c(1) = 0: the
    first step must draw noise. `starts` says whether x_1 is drawn, or x is the input itself.
    `clock` makes Euler steps exact in their stride; `dispersion2` is the squared noise of a
    reverse SDE that has more noise than g² (excess Langevin); `decay` is A(t, s) of the kernel
    "excess"; `log_snr` and `posterior_step` replace the consistent λ and posterior where
    published tables are reproduced. `formulas` are a, b, c as text.
    """

    name: str
    a: Curve
    b: Curve
    c: Curve
    da: Curve | None = None
    db: Curve | None = None
    dc: Curve | None = None
    g2: Curve | None = None
    steps: int | None = None
    time_scale: float = 1.0
    posterior: Kernel = "ancestral"
    bridge: bool = False
    starts: Literal["prior", "input"] = "prior"
    clock: Clock | None = None
    dispersion2: Curve | None = None
    decay: Callable[[float, float], float] | None = None
    log_snr: Curve | None = None
    posterior_step: PosteriorStep | None = None
    formulas: tuple[str, str, str] = ("", "", "")
    citation: str = ""

    def rates(self, t: Real) -> tuple[Real, Real, Real]:
        """(a', b', c') at t; c' is infinite where c leaves 0 as a square root."""
        da, db = self.da or derivative(self.a), self.db or derivative(self.b)
        return da(t), db(t), self._dc(t)

    def _dc(self, t: Real) -> Real:
        if self.dc is not None:
            return self.dc(t)
        if self.g2 is None:
            return derivative(self.c)(t)
        with np.errstate(divide="ignore", invalid="ignore"):
            a, c = self.a(t), self.c(t)
            da = (self.da or derivative(self.a))(t)
            rate: Real = np.divide(np.asarray(self.g2(t)) / 2 + np.square(c) * da / a, c)
        return rate

    def diffusion2(self, t: Real) -> Real:
        """g² = −2 c² λ' = 2 (c c' − c² a'/a), the squared diffusion coefficient of the SDE."""
        if self.g2 is not None:
            return self.g2(t)
        da, _, dc = self.rates(t)
        with np.errstate(divide="ignore", invalid="ignore"):
            c = self.c(t)
            return 2 * (c * dc - np.square(c) * np.divide(da, self.a(t)))

    def sigma(self, t: Real) -> Real:
        """σ = c/a, the noise level in the gauge; infinite where a = 0."""
        with np.errstate(divide="ignore", over="ignore"):
            level: Real = np.exp(-np.asarray(self.lam(t)))
        return level

    def lam(self, t: Real) -> Real:
        """λ = log(a/c), half the log signal-to-noise ratio: ∞ at the data, −∞ where a = 0."""
        if self.log_snr is not None:
            return self.log_snr(t)
        with np.errstate(divide="ignore", invalid="ignore"):
            a, c = np.asarray(self.a(t)), np.asarray(self.c(t))
            lam: Real = np.where(a > 0, np.log(a) - np.log(c), -np.inf)
        return lam

    def time_of_lam(self, lam: Real) -> Real:
        """t(λ), the inverse of `lam`; λ beyond the path's range gives the nearer end."""
        return inverse(self.lam, lam)

    @property
    def t_min(self) -> float:
        """The last time that a grid visits before 0: 1/T, else where σ = 0.002, at most 10⁻³.

        The second is EDM's σ_min (Karras et al., table 1).
        """
        if self.steps:
            return 1 / self.steps
        return min(1e-3, float(self.time_of_lam(-np.log(0.002))))

    def network_time(self, t: float) -> float:
        """The time that a network gets instead of t."""
        return float(snapped(t * (self.steps or self.time_scale)))

    def at(self, t: float) -> tuple[float, float, float]:
        """(a, b, c) at one time, as Python floats."""
        return float(self.a(t)), float(self.b(t)), float(self.c(t))

    def marginal(self, x0: Tensor, mu: Tensor, eps: Tensor, t: float | Tensor) -> Tensor:
        """x_t; `t` is one time, or one for each sample, ``(N,)``."""
        times = t.detach().cpu().double().numpy() if isinstance(t, Tensor) else t
        a, b, c = (_beside(curve(times), x0) for curve in (self.a, self.b, self.c))
        return a * x0 + b * mu + c * eps

    def prior(self, mu: Tensor, z: Tensor, t: float = 1.0) -> Tensor:
        """Where a restoration starts: x_t with μ for the unknown x0; the input where it starts."""
        if self.starts == "input":
            return mu
        a, b, c = self.at(t)
        return (a + b) * mu + c * z

    def drift(self, x: Tensor, mu: Tensor, t: float) -> Tensor:
        """f = (a'/a)(x − bμ) + b'μ of the forward SDE dx = f dt + g dw, which is Markov given μ."""
        a, b, _ = self.at(t)
        da, db, _ = (float(rate) for rate in self.rates(t))
        return (da / a) * (x - b * mu) + db * mu

    def span(self, t: float, s: float) -> float:
        """The length t − s of an Euler step, measured in the path's own clock."""
        if self.clock is None:
            return t - s
        return float((self.clock.value(t) - self.clock.value(s)) / self.clock.rate(t))

    def kappa(self, t: float, s: float, kernel: Kernel | None = None) -> float:
        """κ of the step from t to s: any 0 ≤ κ ≤ c_s keeps the marginals.

        "ode" c_s (DDIM) · "ancestral" c_s e^{−h} (DDPM's posterior; h = λ_s − λ_t) · "ratio"
        c_s²/c_t (ResShift, RDDM) · "excess" A c_s²/c_t (denoising SDE) · "zero" full re-noising.
        It is 0 where c_t = 0, the end of a bridge, since nothing is known of ε there.
        """
        (a_t, _, c_t), (a_s, _, c_s) = self.at(t), self.at(s)
        kind = kernel or self.posterior
        if c_t == 0 or kind == "zero":
            return 0.0
        if kind == "ode":
            return c_s
        if kind == "ancestral":
            return a_t * c_s**2 / (a_s * c_t)
        return self._shrunk(kind, t, s, c_t, c_s)

    def _shrunk(self, kind: Kernel, t: float, s: float, c_t: float, c_s: float) -> float:
        if kind == "excess" and self.decay is None:
            msg = f"the path {self.name!r} has no kernel 'excess'; it is denoising-sde's"
            raise OptionError(msg)
        decay = self.decay(t, s) if kind == "excess" and self.decay else 1.0
        if decay * c_s > c_t:
            msg = f"the kernel {kind!r} is for noise that falls; on {self.name!r} it grows at {t:g}"
            raise OptionError(msg)
        return decay * c_s**2 / c_t

    def mean(
        self, x0: Tensor, eps: Tensor, mu: Tensor, s: float, kappa: float
    ) -> tuple[Tensor, float]:
        """a_s x̂0 + b_s μ + κ ε̂, and the standard deviation ρ = √(c_s² − κ²) that goes with it."""
        a, b, c = self.at(s)
        rho = float(np.sqrt(max(c**2 - kappa**2, 0.0)))
        return a * x0 + b * mu + kappa * eps, rho


def _beside(coefficient: Real, like: Tensor) -> float | Tensor:
    if np.ndim(coefficient) == 0:
        return float(coefficient)
    shape = (-1,) + (1,) * (like.ndim - 1)
    return torch.as_tensor(coefficient, dtype=like.dtype, device=like.device).reshape(shape)
