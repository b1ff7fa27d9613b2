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


def correlate(
    fields: Values, taps: tuple[float, ...], down: Memory, pairs: Memory
) -> tuple[Values, Values]:
    """Correlate fields ``(C, h, w)`` with the same symmetric taps along both axes, without padding.

    The result is written over `fields`: flat, ``(C, (h − 2r) w)`` with 2r + 1 taps, of which each
    row of w values has w − 2r that count. Returned with memory of its shape that is free. Rows
    first. A filtered value is that in the middle by its tap, then the sums of the outermost pair,
    the next, … by theirs. Rows and fields are not told apart along the second axis: what reaches
    over their ends lies beyond the result.
    """
    count, height, width = fields.shape
    ends, shape = len(taps) - 1, (count, (height - len(taps) + 1) * width)
    filtered, pair = down.array(*shape), pairs.array(*shape)
    _along(fields.reshape(count, -1), width, taps, filtered, pair)
    out = fields.reshape(-1)[: filtered.size]
    some = slice(0, out.size - ends)
    _along(filtered.reshape(-1), 1, taps, out[some], pair.reshape(-1)[some])
    return out.reshape(shape), pair


def _along(values: Values, step: int, taps: tuple[float, ...], out: Values, pair: Values) -> None:
    """Into `out`, from values that are `step` apart along the last axis."""
    radius, size = len(taps) // 2, out.shape[-1]
    parts = [values[..., k * step : k * step + size] for k in range(len(taps))]
    np.multiply(parts[radius], taps[radius], out=out)
    for k in range(radius):
        np.add(parts[k], parts[-1 - k], out=pair)
        pair *= taps[k]
        out += pair
