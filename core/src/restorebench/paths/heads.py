"""What a network predicts, in three scalars: out = p_x x0 + p_μ μ + p_ε ε, and the way back."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias

import torch
from torch import Tensor

from restorebench.errors import OptionError
from restorebench.paths.path import Path

Coefficients: TypeAlias = tuple[float, float, float]

Network: TypeAlias = Callable[[Tensor, Tensor, float], Tensor]
"""(x, μ, `Path.network_time`) to an output like x."""

Predict: TypeAlias = Callable[[Tensor, float], tuple[Tensor, Tensor]]
"""(x, t) to (x̂0, ε̂): what a solver calls."""


_AT_ONCE = 1 << 18
"""Numbers of a state that a CPU splits at once, in its cache; 16 times as many elsewhere."""


@dataclass(frozen=True)
class Head:
    """A parameterisation: `coefficients` gives (p_x, p_μ, p_ε) on a path at t."""

    name: str
    coefficients: Callable[[Path, float], Coefficients]

    def target(self, path: Path, x0: Tensor, mu: Tensor, eps: Tensor, t: float) -> Tensor:
        """The network's output if it predicts perfectly."""
        p_x, p_mu, p_eps = self.coefficients(path, t)
        return p_x * x0 + p_mu * mu + p_eps * eps

    def split(
        self, path: Path, out: Tensor, x: Tensor, mu: Tensor, t: float
    ) -> tuple[Tensor, Tensor]:
        """(x̂0, ε̂) from the output: two linear equations, out and x_t, in two unknowns.

        At a bridge's end, where x = μ says nothing, ε̂ is 0, and x̂0 needs a head of x0 alone;
        any other raises `OptionError`. At t = 0, where x is x0, ε̂ is 0.
        """
        a, b, c = path.at(t)
        residue = x - b * mu
        if c == 0 and a > 0:
            return residue / a, 0 * x
        p_x, p_mu, p_eps = self.coefficients(path, t)
        known = out - p_mu * mu
        if p_eps == 0 and p_x != 0:
            x0 = known / p_x
            return x0, (residue - a * x0) / c if c > 0 else 0 * x
        if p_x == 0 and a > 0:
            eps = known / p_eps
            return (residue - c * eps) / a, eps
        det = p_x * c - p_eps * a
        if det == 0 or c == 0:
            raise OptionError(self._undetermined(path, t))
        return (c * known - p_eps * residue) / det, (p_x * residue - a * known) / det

    def _undetermined(self, path: Path, t: float) -> str:
        return (
            f"the head {self.name!r} says nothing of x0 at t = {t:g} of {path.name!r}, where "
            f"a = {float(path.a(t)):g}; start below it, from path.prior(mu, z, t), or use a "
            "head such as 'data' there"
        )


def _score(path: Path, t: float) -> Coefficients:
    c = float(path.c(t))
    return 0.0, 0.0, -1 / c if c > 0 else -math.inf


def _velocity(path: Path, t: float) -> Coefficients:
    da, db, dc = path.rates(t)
    return float(da), float(db), float(dc)


def _euler_ml(path: Path, t: float) -> Coefficients:
    """Where the Euler mean with s = −out/c meets the exact posterior mean, over one step of 1/T.

    x − f Δ − ½ (g² + w²) Δ out/c = a_s x0 + b_s μ + κ ε, solved for out: each coefficient is what
    one Taylor step leaves over (w²: `Path.dispersion2`, else g²; κ: the path's own posterior). On
    IR-SDE this is (q, −q, p), p < 1. Where c = 0 it is in the limit ε.
    """
    if path.steps is None:
        msg = f"the head 'irsde-ml' is defined by a step on a grid; the path {path.name!r} has none"
        raise OptionError(msg)
    s = max(t - 1 / path.steps, 0.0)
    (a, b, c), (a_s, b_s, _) = path.at(t), path.at(s)
    if c == 0:
        return 0.0, 0.0, 1.0
    delta = path.span(t, s)
    da, db, _ = (float(rate) for rate in path.rates(t))
    g2 = float(path.diffusion2(t))
    w2 = float(path.dispersion2(t)) if path.dispersion2 else g2
    scale = 2 * c / ((g2 + w2) * delta)
    kept = c - (da / a) * c * delta - path.kappa(t, s)
    return scale * (a - da * delta - a_s), scale * (b - db * delta - b_s), scale * kept


NOISE = Head("noise", lambda path, t: (0.0, 0.0, 1.0))
"""ε (Ho et al., arXiv 2006.11239, eq. 14)."""

DATA = Head("data", lambda path, t: (1.0, 0.0, 0.0))
"""x0."""

SCORE = Head("score", _score)
"""∇ log p(x_t | x0) = −ε/c (Song et al., arXiv 2011.13456)."""

VELOCITY = Head("velocity", _velocity)
"""dx_t/dt = a' x0 + b' μ + c' ε (Lipman et al., arXiv 2210.02747, eq. 15)."""

RESIDUAL = Head("residual", lambda path, t: (-1.0, 1.0, 0.0))
"""μ − x0 (Liu et al., arXiv 2308.13712)."""

IRSDE_ML = Head("irsde-ml", _euler_ml)
"""The minimiser of IR-SDE's maximum-likelihood objective (arXiv 2301.11699, §3.3): not the noise.

The loss compares the Euler mean of a step, which has the network's noise in it, with the exact
posterior mean; the two agree at out = p ε + q (x0 − μ). Read as noise, such a network gives an x̂0
that carries noise of its own, and makes high-order solvers over-disperse.
"""

HEADS: Mapping[str, Head] = MappingProxyType(
    {head.name: head for head in (NOISE, DATA, SCORE, VELOCITY, RESIDUAL, IRSDE_ML)}
)


def head(name: str) -> Head:
    """The head of that name; `OptionError` for an unknown one."""
    if name not in HEADS:
        msg = f"unknown head {name!r}; there are {', '.join(HEADS)}"
        raise OptionError(msg)
    return HEADS[name]


def predictor(path: Path, head: Head, network: Network, mu: Tensor) -> Predict:
    """The function of (x, t) that a solver calls: x̂0 and ε̂ from `network`, given μ."""

    def predict(x: Tensor, t: float) -> tuple[Tensor, Tensor]:
        return _split(head, path, network(x, mu, path.network_time(t)), x, mu, t)

    return predict


def _split(
    head: Head, path: Path, out: Tensor, x: Tensor, mu: Tensor, t: float
) -> tuple[Tensor, Tensor]:
    """`Head.split`, of large images a few rows at once: it makes five more of their size."""
    at_once = _AT_ONCE if x.device.type == "cpu" else 16 * _AT_ONCE
    if x.numel() <= at_once or x.ndim < 2:
        return head.split(path, out, x, mu, t)
    x0, eps = torch.empty_like(x), torch.empty_like(x)
    rows = max(1, at_once * x.shape[-2] // x.numel())
    for top in range(0, x.shape[-2], rows):
        those = slice(top, top + rows)
        o, part, m = (value[..., those, :] for value in (out, x, mu))
        x0[..., those, :], eps[..., those, :] = head.split(path, o, part, m, t)
    return x0, eps
