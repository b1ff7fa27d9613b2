"""θ schedules of the mean-reverting SDE on its grid t = 0, 1, …, T.

Luo et al., "Image Restoration with Mean-Reverting Stochastic Differential Equations", ICML 2023
(arXiv 2301.11699), §4 and the authors' code; the cosine is Nichol & Dhariwal's (arXiv 2102.09672).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Literal, TypeAlias

import numpy as np

from restorebench.errors import OptionError
from restorebench.paths.curves import Reals

Schedule: TypeAlias = Literal["cosine", "linear", "constant"]


def cosine(T: int) -> Reals:
    """θ_t = 1 − ᾱ_{t+1}, ᾱ_k = cos²((k/(T+2) + s)/(1 + s)·π/2)/ᾱ_0, s = 0.008; ``(T+1,)``."""
    k = np.arange(1, T + 2) / (T + 2)
    phase = (np.append(0.0, k) + 0.008) / 1.008 * (np.pi / 2)
    squares = np.cos(phase) ** 2
    theta: Reals = 1 - squares[1:] / squares[0]
    return theta


def linear(T: int) -> Reals:
    """T + 1 equal steps from 10⁻⁴·r to 0.02·r, r = 1000/(T + 1); ``(T+1,)``."""
    r = 1000 / (T + 1)
    return np.linspace(1e-4 * r, 0.02 * r, T + 1)


def constant(T: int) -> Reals:
    """Ones; ``(T+1,)``."""
    return np.ones(T + 1)


SCHEDULES: Mapping[str, Callable[[int], Reals]] = MappingProxyType(
    {"cosine": cosine, "linear": linear, "constant": constant}
)


def thetas(schedule: Schedule, T: int) -> Reals:
    """θ_0 … θ_T; raises `OptionError` for an unknown schedule or T < 1."""
    if schedule not in SCHEDULES or T < 1:
        msg = f"θ schedule {schedule!r} with T = {T}; there are {', '.join(SCHEDULES)}, T from 1"
        raise OptionError(msg)
    return SCHEDULES[schedule](T)


def integrated(theta: Reals, eps: float) -> Reals:
    """Θ_t = dt·Σ_{i=1..t} θ_i with dt such that e^{−Θ_T} = `eps`; ``(T+1,)``, Θ_0 = 0."""
    if not 0 < eps < 1:
        msg = f"eps is {eps}; it is the share of x0 − μ that is left at t = 1, in (0, 1)"
        raise OptionError(msg)
    total = np.cumsum(theta) - theta[0]
    scaled: Reals = total * (-np.log(eps) / total[-1])
    return scaled


def noise_level(max_sigma: float) -> float:
    """λ in units of a [0, 1] image; from 1 on `max_sigma` is read on the 0–255 scale."""
    if not max_sigma > 0:
        msg = f"max_sigma is {max_sigma}; expected a positive number"
        raise OptionError(msg)
    return max_sigma / 255 if max_sigma >= 1 else max_sigma
