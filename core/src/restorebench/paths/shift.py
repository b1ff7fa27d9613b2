"""Residual shifting: paths whose mean moves from x0 to μ in proportion, a = 1 − b."""

from __future__ import annotations

import numpy as np

from restorebench.errors import OptionError
from restorebench.paths.curves import Nodes, Real, Reals
from restorebench.paths.path import Path


def resshift(
    T: int = 15,
    kappa: float = 1.0,
    p: float = 0.3,
    min_noise_level: float = 0.02,
    eta_T: float = 0.99**2,
) -> Path:
    """ResShift: x_t = x0 + η_t (μ − x0) + κ √η_t ε (Yue et al., NeurIPS 2023, eq. 1–2).

    √η_t = √η_1 · (η_T/η_1)^{½((t−1)/(T−1))^p}, √η_1 = `min_noise_level`/κ but at most
    √0.001. Its posterior is κ-kernel "ratio", c_s²/c_t. The defaults are those of the authors'
    code, whose κ = 2 and noise level 0.04 are for images in [−1, 1]: half of each is the same in
    [0, 1]. Between the T + 1 nodes η is linear, and η_0 = 0. Raises `OptionError` unless T ≥ 2,
    κ > 0 and η_T is in (0, 1).
    """
    if T < 2 or not kappa > 0 or not 0 < eta_T < 1:
        msg = f"resshift: T = {T} (from 2), κ = {kappa} (above 0), η_T = {eta_T} (in (0, 1))"
        raise OptionError(msg)
    eta = Nodes(_eta(T, min(min_noise_level / kappa, 0.001**0.5), p, eta_T))

    def c(t: Real) -> Real:
        value: Real = kappa * np.sqrt(eta(t))
        return value

    def g2(t: Real) -> Real:  # (c²)' − 2 c² a'/a
        level = np.asarray(eta(t))
        return np.asarray(kappa**2 * eta.rate(t) * (1 + level) / (1 - level))

    return Path(
        name="resshift",
        a=lambda t: 1 - eta(t),
        b=eta,
        c=c,
        da=lambda t: -eta.rate(t),
        db=eta.rate,
        g2=g2,
        steps=T,
        posterior="ratio",
        formulas=("1 − η", "η", "κ √η"),
        citation="Yue et al., NeurIPS 2023, arXiv 2307.12348",
    )


def _eta(T: int, root_1: float, p: float, eta_T: float) -> Reals:
    progress = (np.arange(T) / (T - 1)) ** p
    roots = root_1 * (np.sqrt(eta_T) / root_1) ** progress
    return np.append(0.0, roots**2)


def rddm(beta_bar: float = 0.05) -> Path:
    """RDDM: I_t = I_0 + ᾱ_t (μ − I_0) + β̄_t ε (Liu et al., CVPR 2024, §3).

    ᾱ = 1 − (1 − t)² and β̄² = `beta_bar`² t²: α falls and β² grows linearly, as in the authors'
    code for restoration. Its β̄_T² = 0.01 is for images in [−1, 1]; `beta_bar` = 0.05 is the same
    in [0, 1]. Its posterior is κ = c_s²/c_t. Raises `OptionError` unless `beta_bar` > 0.
    """
    if not beta_bar > 0:
        msg = f"rddm: beta_bar is {beta_bar}; expected a positive number"
        raise OptionError(msg)

    def left(t: Real) -> Reals:
        return 1 - np.asarray(t, np.float64)

    return Path(
        name="rddm",
        a=lambda t: left(t) ** 2,
        b=lambda t: 1 - left(t) ** 2,
        c=lambda t: beta_bar * np.asarray(t, np.float64),
        da=lambda t: -2 * left(t),
        db=lambda t: 2 * left(t),
        dc=lambda t: np.full_like(t, beta_bar, np.float64),
        time_scale=1000.0,
        posterior="ratio",
        formulas=("1 − ᾱ", "ᾱ", "β̄"),
        citation="Liu et al., CVPR 2024, arXiv 2308.13712",
    )
