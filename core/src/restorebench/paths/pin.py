"""Conditioning a path on a noisy observation of its end: bridges, as one Kalman update."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np

from restorebench.errors import OptionError
from restorebench.paths.curves import Real
from restorebench.paths.path import Path

Variance = Literal["exact", "released"]


def pin(
    path: Path,
    gamma_inv: float,
    *,
    variance: Variance = "exact",
    name: str = "",
    citation: str = "",
) -> Path:
    """`path` given that x_1 was observed as μ with variance v = γ⁻¹; v = 0 is Doob's h-transform.

    With A = a_1/a and w = c_1² + v the update is K = c² A/w (the gain), a ← a R, b ← b + K (1 −
    b_1), c ← c √R, R = 1 − K A; g is unchanged, as it must be (Särkkä & Solin, "Applied Stochastic
    Differential Equations", 2019, ch. 7). γ = 0 would be `path` itself and γ = ∞ is v = 0.
    `variance="released"` keeps c of v = 0 for any v, which is what UniDB's published code does.
    Raises `OptionError` for γ⁻¹ < 0, and for a path that is pinned already or forgets x_0.
    """
    if not 0 <= gamma_inv < float("inf") or path.bridge or path.log_snr is not None:
        msg = (
            "pin needs γ⁻¹ ≥ 0 and an unpinned, consistent path; "
            f"got γ⁻¹ = {gamma_inv} and {path.name!r}"
        )
        raise OptionError(msg)
    a_1, b_1, _ = path.at(1.0)
    if not a_1 > 0:
        msg = f"pin: the end of {path.name!r} says nothing of x0 (a(1) = 0); there is no bridge"
        raise OptionError(msg)

    def level(t: Real) -> Real:  # K A w, by the same operations at 1 as elsewhere: R(1) = 0
        return np.square(path.sigma(t)) * a_1**2

    w = float(level(1.0)) + gamma_inv

    def rest(t: Real) -> Real:  # R
        return (level(1.0) - level(t) + gamma_inv) / w

    shift = (1 - b_1) * a_1 / w

    def da(t: Real) -> Real:
        rate, a = path.rates(t)[0], path.a(t)
        return rate * rest(t) - (a_1**2 / w) * path.diffusion2(t) / a

    def db(t: Real) -> Real:
        rates, a, c2 = path.rates(t), path.a(t), np.square(path.c(t))
        return rates[1] + shift * (path.diffusion2(t) / a + c2 * rates[0] / np.square(a))

    pinned = replace(
        path,
        name=name or f"pinned-{path.name}",
        a=lambda t: path.a(t) * rest(t),
        b=lambda t: path.b(t) + shift * np.square(path.c(t)) / path.a(t),
        c=lambda t: path.c(t) * np.sqrt(rest(t)),
        da=da,
        db=db,
        dc=None,
        g2=path.diffusion2,
        bridge=gamma_inv == 0,
        posterior_step=None,
        formulas=("a R", "b + K (1 − b₁)", "c √R"),
        citation=citation or path.citation,
    )
    return _released(pinned, path, gamma_inv) if variance == "released" else pinned


def _released(pinned: Path, path: Path, gamma_inv: float) -> Path:
    """`pinned` with the c of γ = ∞, and the c' that belongs to it; g² follows from the two."""
    if gamma_inv == 0:
        return pinned
    certain = pin(path, 0.0)
    return replace(pinned, c=certain.c, dc=lambda t: certain.rates(t)[2], g2=None, bridge=True)
