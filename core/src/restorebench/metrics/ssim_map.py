"""The map of the structural similarity by NumPy, strip by strip in one memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from restorebench.metrics.separable import Memory, Values, correlate
from restorebench.metrics.ssim_windows import Window
from restorebench.metrics.tiles import strips

L = 255
"""The dynamic range."""

C1, C2 = (0.01 * L) ** 2, (0.03 * L) ** 2
"""The paper's constants, K₁ = 0.01 and K₂ = 0.03."""

ROWS = 32
"""Rows of a strip: what belongs to it stays in the cache."""


class SsimMap:
    """Eq. 13 of one channel, for one thread: each call overwrites what the one before has given."""

    def __init__(self, w: Window, covariance_factor: float) -> None:
        self.window, self.factor = w, covariance_factor
        self._fields, self._means, self._spare = Memory(), Memory(), Memory()

    def columns(self, x: NDArray[Any], y: NDArray[Any]) -> Values:
        """The sums down the columns of the map of two channels ``(h, w)``, their halo included."""
        parts = self._strips(x.shape[0])
        return self._summed(x.shape[1], (self._fields_of(x[rows], y[rows]) for rows in parts))

    def columns_of(self, fields: Values) -> Values:
        """The same from fields ``(4, h, w)`` as `fields_of` gives them."""
        parts = self._strips(fields.shape[1])
        contiguous = (np.ascontiguousarray(fields[:, rows]) for rows in parts)
        return self._summed(fields.shape[2], contiguous)

    def _strips(self, height: int) -> Iterator[slice]:
        halo = 2 * self.window.radius
        return (slice(rows.start, rows.stop + halo) for rows in strips(height - halo, ROWS))

    def _summed(self, width: int, parts: Iterator[Values]) -> Values:
        """Row after row: numpy's own order depends on the shape."""
        total = np.zeros(width - 2 * self.window.radius)
        for fields in parts:
            for row in self._map(fields):
                total += row
        return total

    def _fields_of(self, x: NDArray[Any], y: NDArray[Any]) -> Values:
        return fields_of(x, y, self._fields.array(4, *x.shape))

    def _map(self, fields: Values) -> Values:
        """2 μx μy = (μu² − μv²)/2 and μx² + μy² = (μu² + μv²)/2, and (co)variances alike.

        For equal images v = 0, which makes numerator and denominator the same numbers: exactly 1.
        """
        ends, (_, height, width) = 2 * self.window.radius, fields.shape
        size = (height - ends) * width
        means, spare = self._means.array(4, size), self._spare.array(2, size)
        for field, mean in zip(fields, means, strict=True):
            correlate(field, self.window.taps, mean, spare)
        u, v, uu, vv = means[:, : size - ends]
        numerator, other = spare[:, : size - ends]
        self._centre(u, v, uu, vv)
        np.subtract(u, v, out=numerator)
        numerator += 2 * C1
        np.subtract(uu, vv, out=other)
        other += 2 * C2
        numerator *= other
        u += v
        u += 2 * C1
        uu += vv
        uu += 2 * C2
        u *= uu
        numerator /= u
        whole: Values = spare[0].reshape(-1, width)
        return whole[:, : width - ends]

    def _centre(self, u: Values, v: Values, uu: Values, vv: Values) -> None:
        """From means and means of squares to squared means and variances."""
        u *= u
        v *= v
        uu -= u
        vv -= v
        if self.factor != 1:
            uu *= self.factor
            vv *= self.factor


def fields_of(x: NDArray[Any], y: NDArray[Any], out: Values) -> Values:
    """The fields u, v, u², v² of one channel, ``(4, h, w)``, where u = x + y and v = x − y."""
    np.add(x, y, out=out[0], dtype=np.float64)
    np.subtract(x, y, out=out[1], dtype=np.float64)
    np.square(out[:2], out=out[2:])
    return out
