"""Paired differences of scores: their interval and the test of their sign."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from restorebench.leaderboard.ranking.statistics import intervals, paired_test

Floats = NDArray[np.float64]


def paired(differences: Floats) -> tuple[float | None, float | None, float]:
    """Ends of the interval of the mean of paired differences, and the p-value of its sign."""
    ends = intervals(differences[:, None])[0]
    p = float(paired_test(differences[:, None])[0])
    return (None, None, p) if np.isnan(ends).any() else (float(ends[0]), float(ends[1]), p)


def less(b: Floats, a: Floats) -> Floats:
    """b − a, where two infinities of one sign are equal."""
    with np.errstate(invalid="ignore"):
        return np.where(a == b, 0.0, b - a)
