"""The denoising SDE of IR-SDE's authors: no condition, the noisy image is a state of the path."""

from __future__ import annotations

from typing import Literal

import numpy as np

from restorebench.errors import OptionError
from restorebench.paths.curves import Nodes, Real
from restorebench.paths.ou_tables import survival_of, spread, tables
from restorebench.paths.path import Clock, Path
from restorebench.paths.schedules import Schedule, integrated, noise_level, thetas

EPS = 0.04
"""e^{−Θ(1)}, fixed by the authors' code."""


def denoising_sde(
    schedule: Schedule = "cosine",
    T: int = 100,
    max_sigma: float = 75.0,
    compat: Literal["reference"] | None = None,
) -> Path:
    """dx = θ (x0 − x) dt + σ dw with σ² = 2λ²θ (arXiv 2301.11699, §5.3 and the authors' code).

    x_t = x0 + λ √(1 − e^{−2Θ}) ε: VE marginals, a = 1, b = 0. The process itself is noisier than
    g² = σ² e^{−2Θ}: its reverse SDE adds σ√dt z and has drift −½ σ² (1 + e^{−2Θ}) s, and its
    posterior κ = A c_s²/c_t, A = e^{−(Θ_t − Θ_s)}. A restoration starts from the noisy image, at
    `optimal_time`. `compat="reference"`: the authors' float32 tables.
    """
    lam = noise_level(max_sigma)
    if compat == "reference":
        table = tables(schedule, T, EPS)
        raw, dt = Nodes(table.Theta.double().numpy()), table.dt
        Theta = Nodes(raw.values * float(dt))
        c, e2 = spread(lam, raw, dt), survival_of(raw, dt, 2.0)
    elif compat is None:
        Theta = Nodes(integrated(thetas(schedule, T), EPS))
        c, e2 = _spread(lam, Theta), _survival2(Theta)
    else:
        msg = f"compat is {compat!r}; there are 'reference' and None"
        raise OptionError(msg)
    return Path(
        name="denoising-sde",
        a=lambda t: np.ones_like(t, np.float64),
        b=lambda t: np.zeros_like(t, np.float64),
        c=c,
        da=lambda t: np.zeros_like(t, np.float64),
        db=lambda t: np.zeros_like(t, np.float64),
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
