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

MOST_STEPS = 1_000_000
"""The largest T: a file of weights names it, and tables of it are made before anything else."""

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
    """θ_0 … θ_T; raises what `check_schedule` raises."""
    check_schedule(schedule, T)
    return SCHEDULES[schedule](T)


def check_schedule(schedule: Schedule, T: int) -> None:
    """Raise `OptionError` for an unknown schedule, and for T that is not from 1 to a million."""
    if schedule not in SCHEDULES or not isinstance(T, int) or not 1 <= T <= MOST_STEPS:
        known = ", ".join(SCHEDULES)
        msg = f"θ schedule {schedule!r} with T = {T}; there are {known}, T from 1 to {MOST_STEPS}"
        raise OptionError(msg)


def integrated(theta: Reals, eps: float) -> Reals:
    """Θ_t = dt·Σ_{i=1..t} θ_i with dt such that e^{−Θ_T} = `eps`; ``(T+1,)``, Θ_0 = 0.

    Raises `OptionError` unless `eps` is in (0, 1).
    """
    if not 0 < eps < 1:
        msg = f"eps is {eps}; it is the share of x0 − μ that is left at t = 1, in (0, 1)"
        raise OptionError(msg)
    total = np.cumsum(theta) - theta[0]
    scaled: Reals = total * (-np.log(eps) / total[-1])
    return scaled


def noise_level(max_sigma: float) -> float:
    """λ in units of a [0, 1] image; from 1 on `max_sigma` is read on the 0–255 scale.

    Raises `OptionError` unless it is positive.
    """
    if not max_sigma > 0:
        msg = f"max_sigma is {max_sigma}; expected a positive number"
        raise OptionError(msg)
    return max_sigma / 255 if max_sigma >= 1 else max_sigma
