"""The map of the structural similarity by NumPy, in memory that is used again."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from restorebench.metrics.separable import Memory, Values, correlate
from restorebench.metrics.ssim_windows import Window

L = 255
"""The dynamic range."""

C1, C2 = (0.01 * L) ** 2, (0.03 * L) ** 2
"""The paper's constants, K₁ = 0.01 and K₂ = 0.03."""


class SsimMap:
    """Eq. 13 of one channel, for one thread: each call overwrites what the one before has given.

    The four fields are filtered at once: of threads that call numpy for short arrays, one waits for
    the interpreter while another has it.
    """

    def __init__(self, w: Window, covariance_factor: float) -> None:
        self.window, self.factor = w, covariance_factor
        self._fields, self._down, self._pairs = Memory(), Memory(), Memory()

    def columns(self, x: NDArray[Any], y: NDArray[Any]) -> Values:
        """The sums down the columns of the map of two channels ``(h, w)``, their halo included."""
        return self.columns_of(fields_of(x, y, self._fields.array(4, *x.shape)))

    def columns_of(self, fields: Values) -> Values:
        """The same from fields ``(4, h, w)`` as `fields_of` gives them, which are overwritten."""
        width = fields.shape[2]
        whole = self._map(fields).reshape(-1, width)
        return _summed(whole[:, : width - 2 * self.window.radius])

    def _map(self, fields: Values) -> Values:
        """2 μx μy = (μu² − μv²)/2 and μx² + μy² = (μu² + μv²)/2, and (co)variances alike.

        For equal images v = 0, which makes numerator and denominator the same numbers: exactly 1.
        """
        means, spare = correlate(fields, self.window.taps, self._down, self._pairs)
        means[:2] *= means[:2]
        means[2:] -= means[:2]
        if self.factor != 1:
            means[2:] *= self.factor
        of_u, of_v = means[::2], means[1::2]  # each: squared means, variances
        differences = np.subtract(of_u, of_v, out=spare[:2])
        of_u += of_v
        for terms in (differences, of_u):
            terms[0] += 2 * C1
            terms[1] += 2 * C2
            terms[0] *= terms[1]
        differences[0] /= of_u[0]
        found: Values = differences[0]
        return found


def _summed(rows: Values) -> Values:
    """The rows added one after another, as numpy adds them unless they have one value each."""
    if rows.shape[1] > 1:
        total: Values = np.add.reduce(rows, axis=0)
    else:
        total = np.add.accumulate(rows, axis=0)[-1]
    return total


def fields_of(x: NDArray[Any], y: NDArray[Any], out: Values) -> Values:
    """The fields u, v, u², v² of one channel, ``(4, h, w)``, where u = x + y and v = x − y."""
    out[2], out[3] = x, y
    np.add(out[2], out[3], out=out[0])
    np.subtract(out[2], out[3], out=out[1])
    np.square(out[:2], out=out[2:])
    return out
