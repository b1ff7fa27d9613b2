"""The denoising SDE of IR-SDE's authors: no condition, the noisy image is a state of the path."""

from __future__ import annotations

import numpy as np

from restorebench.errors import OptionError
from restorebench.paths.curves import Curve, Nodes, Real, one, zero
from restorebench.paths.irsde_tables import spread, survival, tables
from restorebench.paths.path import Clock, Path
from restorebench.paths.schedules import Schedule, integrated, noise_level, thetas

EPS = 0.04
"""e^{−Θ(1)}, fixed by the authors' code."""


def denoising_sde(
    schedule: Schedule = "cosine",
    T: int = 100,
    max_sigma: float = 75.0,
    reference_compat: bool = False,
) -> Path:
    """dx = θ (x0 − x) dt + σ dw with σ² = 2λ²θ (arXiv 2301.11699 and the authors' code).

    x_t = x0 + λ √(1 − e^{−2Θ}) ε: VE marginals, a = 1, b = 0. The process itself is noisier than
    g² = σ² e^{−2Θ}: its reverse SDE adds σ√dt z and has drift −½ σ² (1 + e^{−2Θ}) s, and its
    posterior κ = A c_s²/c_t, A = e^{−(Θ_t − Θ_s)}. A restoration starts from the noisy image, at
    `optimal_time`. `reference_compat`: the authors' float32 tables.
    """
    lam = noise_level(max_sigma)
    if reference_compat:
        table = tables(schedule, T, EPS)
        raw, dt = Nodes(table.Theta.double().numpy()), table.dt
        Theta = Nodes(raw.values * float(dt))
        c, e2 = spread(lam, raw, dt), survival(raw, dt, 2.0)
    else:
        Theta = Nodes(integrated(thetas(schedule, T), EPS))
        c, e2 = _consistent(lam, Theta)
    return Path(
        name="denoising-sde",
        a=one,
        b=zero,
        c=c,
        da=zero,
        db=zero,
        g2=lambda t: 2 * lam**2 * Theta.rate(t) * e2(t),
        dispersion2=lambda t: 2 * lam**2 * Theta.rate(t),
        decay=lambda t, s: float(np.exp(Theta(s) - Theta(t))),
        clock=Clock(Theta, Theta.rate),
        steps=T,
        posterior="excess",
        starts="input",
        formulas=("1", "0", "λ √(1 − e^−2Θ)"),
        citation="Luo et al., ICML 2023, arXiv 2301.11699",
    )


def optimal_time(path: Path, sigma: float) -> float:
    """The node t = k/T at which `path` is as noisy as an image with noise `sigma` (/255 above 1).

    Θ̂ = −½ ln(1 − σ²/λ² + 10⁻⁶), then the nearest Θ_k, as in the authors' code; σ below λ.
    Raises `OptionError` for more noise, and for a path without a grid of Θ.
    """
    if path.clock is None or path.steps is None:
        msg = f"the path {path.name!r} has no grid of Θ; expected denoising-sde"
        raise OptionError(msg)
    times = np.arange(path.steps + 1) / path.steps
    Theta = np.asarray(path.clock.value(times))
    lam = float(path.c(1.0)) / np.sqrt(-np.expm1(-2 * Theta[-1]))
    level = (sigma / 255 if sigma > 1 else sigma) / lam
    if not 0 <= level < 1:
        msg = f"noise of standard deviation {sigma} is beyond the path's, {lam * 255:.4g}/255"
        raise OptionError(msg)
    target = -np.log(1 - level**2 + 1e-6) / 2
    return float(times[np.argmin(np.abs(Theta - target))])


def _consistent(lam: float, Theta: Nodes) -> tuple[Curve, Curve]:
    def c(t: Real) -> Real:
        value: Real = lam * np.sqrt(-np.expm1(-2 * np.asarray(Theta(t))))
        return value

    def e2(t: Real) -> Real:
        value: Real = np.exp(-2 * np.asarray(Theta(t)))
        return value

    return c, e2
