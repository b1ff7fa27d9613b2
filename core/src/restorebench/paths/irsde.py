"""IR-SDE: the Ornstein–Uhlenbeck process that reverts to the degraded image."""

from __future__ import annotations

import numpy as np

from restorebench.paths import irsde_tables as ou_tables
from restorebench.paths.curves import Nodes, Real
from restorebench.paths.path import Clock, Path
from restorebench.paths.schedules import Schedule, integrated, noise_level, thetas

CITATION = "Luo et al., ICML 2023, arXiv 2301.11699; Refusion: CVPRW 2023, arXiv 2304.08291"


def irsde(
    schedule: Schedule = "cosine",
    T: int = 100,
    max_sigma: float = 50.0,
    eps: float = 0.005,
    reference_compat: bool = False,
) -> Path:
    """IR-SDE, dx = θ (μ − x) dt + σ dw with σ² = 2λ²θ (Luo et al., ICML 2023, eq. 3, Prop. 3.1).

    x_t = μ + (x0 − μ) e^{−Θ} + λ √(1 − e^{−2Θ}) ε, so a = e^{−Θ}, b = 1 − a; Θ(1) = −ln
    `eps`, and λ is `max_sigma` (/255 from 1 on). Θ is linear between the grid's nodes t = k/T.
    Euler steps are taken in Θ, so that one over a single interval is the reference's.
    `reference_compat` repeats the authors' float32 order of operations, in which θ and
    1 − e^{−2Θ} lose three of their seven digits at the first nodes.
    """
    lam = noise_level(max_sigma)
    if reference_compat:
        return ou_tables.reference(schedule, T, lam, eps, CITATION)
    Theta = Nodes(integrated(thetas(schedule, T), eps))
    return ornstein_uhlenbeck(Theta, lam, name="irsde", citation=CITATION)


def ornstein_uhlenbeck(Theta: Nodes, lam: float, *, name: str, citation: str) -> Path:
    """The path of dx = Θ' (μ − x) dt + λ √(2Θ') dw."""

    def a(t: Real) -> Real:
        value: Real = np.exp(-np.asarray(Theta(t)))
        return value

    def c(t: Real) -> Real:
        value: Real = lam * np.sqrt(-np.expm1(-2 * np.asarray(Theta(t))))
        return value

    return Path(
        name=name,
        a=a,
        b=lambda t: 1 - a(t),
        c=c,
        da=lambda t: -Theta.rate(t) * a(t),
        db=lambda t: Theta.rate(t) * a(t),
        g2=lambda t: 2 * lam**2 * Theta.rate(t),
        steps=Theta.steps,
        clock=Clock(Theta, Theta.rate),
        formulas=("e^−Θ", "1 − e^−Θ", "λ √(1 − e^−2Θ)"),
        citation=citation,
    )
