"""Scores that count as equal."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

SAME = 9
"""Decimals: scores that differ in later ones alone are equal, as those of one image by two ways."""
_EXACT = 1e15
"""From here on numbers have no such decimals, and far above it NumPy's rounding overflows."""


def rounded(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """The values to `SAME` decimals."""
    if float(np.fmax.reduce(np.abs(values), axis=None, initial=0.0)) < _EXACT:
        return values.round(SAME)
    small = np.abs(values) < _EXACT
    return np.where(small, np.where(small, values, 0.0).round(SAME), values)
