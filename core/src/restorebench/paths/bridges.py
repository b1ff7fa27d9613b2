"""Published bridges between the degraded image and the restored one: each is one pinned path."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from restorebench.errors import OptionError
from restorebench.paths.curves import Real, one, zero
from restorebench.paths.diffusion import ve, vp
from restorebench.paths.irsde import irsde
from restorebench.paths.path import Path
from restorebench.paths.pin import Variance, pin
from restorebench.paths.schedules import Schedule

_DDBM = "Zhou et al., ICLR 2024, arXiv 2309.16948; DBIM: ICLR 2025, 2405.15885"


def goub(
    schedule: Schedule = "cosine", T: int = 100, max_sigma: float = 30.0, eps: float = 0.005
) -> Path:
    """GOUB: IR-SDE's process that is certain to end in μ (Yue et al., ICML 2024, §3).

    dx = (θ + g² e^{−2Θ̄_{t:T}}/σ̄²_{t:T}) (μ − x) dt + g dw; x_t = m x0 + (1 − m) μ + σ̄' ε with m =
    e^{−Θ} σ̄²_{t:T}/σ̄²_T and σ̄'² = σ̄²_t σ̄²_{t:T}/σ̄²_T, where σ̄²_{s:t} = λ² (1 − e^{−2(Θ_t − Θ_s)}).
    """
    base = irsde(schedule, T, max_sigma, eps)
    bridge = pin(base, 0.0, name="goub", citation="Yue et al., ICML 2024, arXiv 2312.10299")
    forms = ("e^−Θ σ̄²_{t:T}/σ̄²_T", "1 − a", "σ̄_t σ̄_{t:T}/σ̄_T")
    return replace(bridge, formulas=forms)


def unidb(
    gamma: float = 1e7,
    schedule: Schedule = "cosine",
    T: int = 100,
    max_sigma: float = 30.0,
    eps: float = 0.005,
    variance: Variance = "exact",
) -> Path:
    """UniDB(γ): IR-SDE steered to μ with terminal penalty γ/2 |x_T − μ|² (Zhu et al., ICML 2025).

    dx = [θ (μ − x) − γ g² e^{−2Θ̄_{t:T}}/(1 + γ σ̄²_{t:T}) (x − μ)] dt + g dw (Theorem 4.1): IR-SDE
    given x_T observed as μ with variance γ⁻¹. γ → 0 is IR-SDE, γ → ∞ GOUB. The published code has
    GOUB's variance for every γ; `variance="released"` repeats that (it matters below γ ≈ 10⁶).
    Raises `OptionError` unless γ > 0.
    """
    if not gamma > 0:
        msg = f"unidb: γ is {gamma}; expected a positive number (γ → 0 is irsde)"
        raise OptionError(msg)
    base = irsde(schedule, T, max_sigma, eps)
    cite = "Zhu et al., ICML 2025, arXiv 2502.05749; UniDB++: 2505.21528"
    steered = pin(base, 1 / gamma, variance=variance, name="unidb", citation=cite)
    share = "(1 + γσ̄²_{t:T})/(1 + γσ̄²_T)"
    return replace(steered, formulas=(f"e^−Θ {share}", "1 − a", f"σ̄_t √[{share}]"))


def ddbm_vp(beta_min: float = 0.1, beta_max: float = 2.1) -> Path:
    """DDBM-VP: variance-preserving diffusion bridged to x_T = μ (Zhou et al., ICLR 2024, eq. 8).

    With α = √ᾱ and ρ = σ/α: a = α (1 − ρ²/ρ_T²), b = (α/α_T) ρ²/ρ_T², c = α ρ √(ρ_T² − ρ²)/ρ_T.
    The defaults are theirs, β_d = 2 on top of β_min, for images in [−1, 1].
    """
    bridge = pin(vp(beta_min, beta_max), 0.0, name="ddbm-vp", citation=_DDBM)
    forms = ("α (1 − ρ²/ρ_T²)", "(α/α_T) ρ²/ρ_T²", "α ρ √(1 − ρ²/ρ_T²)")
    return replace(bridge, formulas=forms)


def ddbm_ve(sigma_max: float = 1.0) -> Path:
    """DDBM-VE: σ = σ_max t bridged to x_T = μ (Zhou et al., ICLR 2024, eq. 8).

    With ρ = σ²/σ_T²: a = 1 − ρ, b = ρ, c = σ_T √(ρ (1 − ρ)).
    """
    base = ve(sigma_max, sigma_max * 1e-3, "linear")
    bridge = pin(base, 0.0, name="ddbm-ve", citation=_DDBM)
    return replace(bridge, formulas=("1 − ρ", "ρ", "σ_T √(ρ (1 − ρ))"))


def bbdm(s: float = 1.0) -> Path:
    """BBDM: the Brownian bridge, a = 1 − m, b = m, c² = 2 s (m − m²) (Li et al., CVPR 2023, §3).

    Here m = t; s scales the variance, whose largest value is s/2 at m = ½.
    """
    base = ve((2 * s) ** 0.5, 1e-3 * s**0.5, "brownian")
    bridge = pin(base, 0.0, name="bbdm", citation="Li et al., CVPR 2023, arXiv 2205.07680")
    return replace(bridge, formulas=("1 − m", "m", "√(2 s m (1 − m))"))


def i2sb(beta_max: float = 0.3, beta_min: float = 0.1) -> Path:
    """I²SB: the Schrödinger bridge between image pairs (Liu et al., ICML 2023, eq. 11).

    x_t = (σ̄² x0 + σ² μ)/(σ² + σ̄²) + σ σ̄/√(σ² + σ̄²) ε with σ² = ∫_0^t β and σ̄² = ∫_t^1 β: VE with
    σ², pinned. √β rises from √`beta_min` towards √`beta_max` at t = 1 but is mirrored at t = ½, as
    in the authors' code, whose defaults these are (for images in [−1, 1]). Raises `OptionError`
    unless 0 < `beta_min` < `beta_max`.
    """
    low, high = beta_min**0.5, beta_max**0.5
    if not 0 < low < high:
        msg = f"i2sb: β from {beta_min} to {beta_max}; expected 0 < beta_min < beta_max"
        raise OptionError(msg)

    def root(t: Real) -> Real:  # √β
        return np.asarray(low + (high - low) * np.minimum(t, 1 - np.asarray(t)))

    def variance(t: Real) -> Real:
        half = (root(t) ** 3 - low**3) / (3 * (high - low))
        whole = 2 * (root(0.5) ** 3 - low**3) / (3 * (high - low))
        return np.asarray(np.where(np.asarray(t) <= 0.5, half, whole - half))

    def c(t: Real) -> Real:
        value: Real = np.sqrt(variance(t))
        return value

    base = Path(
        name="ve",
        a=one,
        b=zero,
        c=c,
        da=zero,
        db=zero,
        g2=lambda t: np.square(root(t)),
        time_scale=1000.0,
    )
    bridge = pin(base, 0.0, name="i2sb", citation="Liu et al., ICML 2023, arXiv 2302.05872")
    return replace(bridge, formulas=("σ̄²/(σ² + σ̄²)", "σ²/(σ² + σ̄²)", "σ σ̄/√(σ² + σ̄²)"))
