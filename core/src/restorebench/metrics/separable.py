"""Separable filtering in a fixed order, so that every machine gives the same bits."""

from __future__ import annotations

from math import prod

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]


class Memory:
    """An array that is used again and again: new ones cost a page fault for every 4 KiB."""

    def __init__(self) -> None:
        self._held: Values = np.empty(0)

    def array(self, *shape: int) -> Values:
        """An array of that shape, with whatever it was left with; the one before is its own."""
        size = prod(shape)
        if self._held.size < size:
            self._held = np.empty(size)
        return self._held[:size].reshape(shape)


def correlate(field: Values, taps: tuple[float, ...], out: Values, spare: Values) -> None:
    """Correlate ``(h, w)`` with the same symmetric taps along both axes, without padding.

    With 2r + 1 taps the result is ``out.reshape(h − 2r, w)[:, : w − 2r]``; `out` is flat, of
    (h − 2r) w values, and `spare` is two of those. Rows first. A filtered value is that in the
    middle by its tap, then the sums of the outermost pair, the next, … by theirs. Rows are not
    told apart along the second axis: what reaches over their ends lies beyond the result.
    """
    width, ends = field.shape[1], len(taps) - 1
    down, pair = spare
    _along(field.reshape(-1), width, taps, down, pair)
    _along(down, 1, taps, out[: out.size - ends], pair[: out.size - ends])


def _along(values: Values, step: int, taps: tuple[float, ...], out: Values, pair: Values) -> None:
    """Into `out`, from values that are `step` apart."""
    radius = len(taps) // 2
    parts = [values[k * step : k * step + out.size] for k in range(len(taps))]
    np.multiply(parts[radius], taps[radius], out=out)
    for k in range(radius):
        np.add(parts[k], parts[-1 - k], out=pair)
        pair *= taps[k]
        out += pair
