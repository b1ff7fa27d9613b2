"""Plain diffusion, conditioned on the degraded image only through the network."""

from __future__ import annotations

import math
from typing import Literal

import numpy as np

from restorebench.errors import OptionError
from restorebench.paths.curves import Real, one, zero
from restorebench.paths.path import Path


def vp(beta_min: float = 0.1, beta_max: float = 20.0, name: str = "vp") -> Path:
    """Variance preserving, dx = −½β x dt + √β dw (Song et al., ICLR 2021, eq. 11 and 33).

    β(t) = β_min + (β_max − β_min) t; x_t = √ᾱ x0 + √(1−ᾱ) ε with ᾱ = exp(−∫β). Conditioned as in
    SR3 (arXiv 2104.07636) and Palette (2111.05826): μ enters through the network alone, b = 0.
    """

    def beta(t: Real) -> Real:
        return beta_min + (beta_max - beta_min) * t

    def exponent(t: Real) -> Real:
        return np.asarray(beta_min * t + (beta_max - beta_min) * np.square(t) / 2)

    def a(t: Real) -> Real:
        value: Real = np.exp(-exponent(t) / 2)
        return value

    def c(t: Real) -> Real:
        value: Real = np.sqrt(-np.expm1(-exponent(t)))
        return value

    return Path(
        name=name,
        a=a,
        b=zero,
        c=c,
        da=lambda t: -beta(t) / 2 * a(t),
        db=zero,
        g2=beta,
        time_scale=1000.0,
        formulas=("√ᾱ", "0", "√(1 − ᾱ)"),
        citation="Ho et al., NeurIPS 2020, arXiv 2006.11239; Song et al., ICLR 2021, 2011.13456",
    )


def ve(
    sigma_max: float = 50.0,
    sigma_min: float = 0.01,
    schedule: Literal["geometric", "linear", "brownian"] = "geometric",
    name: str = "ve",
) -> Path:
    """Variance exploding, dx = √(dσ²/dt) dw, x_t = x0 + σ ε (Song et al., ICLR 2021, eq. 9 and 31).

    σ² = σ_min²((σ_max/σ_min)^{2t} − 1) "geometric", as there, from 0; σ = σ_max t "linear" (EDM,
    arXiv 2206.00364, time as noise level); σ² = σ_max² t "brownian". Only the first has σ_min.
    Raises `OptionError` for another schedule, and unless 0 < `sigma_min` < `sigma_max`.
    """
    if schedule not in ("geometric", "linear", "brownian") or not 0 < sigma_min < sigma_max:
        msg = f"ve: schedule {schedule!r} with σ from {sigma_min} to {sigma_max} is none of its own"
        raise OptionError(msg)
    ratio = 2 * math.log(sigma_max / sigma_min)

    def variance(t: Real) -> Real:
        if schedule == "geometric":
            return sigma_min**2 * np.asarray(np.expm1(ratio * t))
        return np.asarray(sigma_max**2 * np.power(t, 2.0 if schedule == "linear" else 1.0))

    def g2(t: Real) -> Real:
        if schedule == "geometric":
            return sigma_min**2 * ratio * np.asarray(np.exp(ratio * t))
        return sigma_max**2 * np.asarray(2 * t if schedule == "linear" else one(t))

    def c(t: Real) -> Real:
        value: Real = np.sqrt(variance(t))
        return value

    return Path(
        name=name,
        a=one,
        b=zero,
        c=c,
        da=zero,
        db=zero,
        g2=g2,
        time_scale=1000.0,
        formulas=("1", "0", "σ"),
        citation="Song et al., ICLR 2021, arXiv 2011.13456; EDM: NeurIPS 2022, 2206.00364",
    )
