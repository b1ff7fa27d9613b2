"""Separable filtering in a fixed order, so that every machine gives the same bits."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]


def correlate(fields: Values, taps: tuple[float, ...]) -> Values:
    """Correlate ``(n, h, w)`` with the same symmetric taps along both axes, without padding.

    Gives ``(n, h − 2r, w − 2r)`` for 2r + 1 taps; rows first. A filtered value is that in the
    middle by its tap, then the sums of the outermost pair, the next, … by theirs.
    """
    return _along(_along(fields, taps, axis=1), taps, axis=2)


def _along(fields: Values, taps: tuple[float, ...], axis: Literal[1, 2]) -> Values:
    radius = len(taps) // 2
    length = fields.shape[axis] - 2 * radius
    index = (slice(None),) * axis
    parts = [fields[(*index, slice(k, k + length))] for k in range(len(taps))]
    total = parts[radius] * taps[radius]
    pair = np.empty_like(total)
    for k in range(radius):
        np.add(parts[k], parts[-1 - k], out=pair)
        pair *= taps[k]
        total += pair
    return total
