"""Structural similarity (Wang, Bovik, Sheikh and Simoncelli, IEEE TIP 2004), float64, by tiles.

Everything is added in one fixed order (down the columns of a tile, then by halves along its
row, then exactly), so that a score is the same number on every machine, with numba and without.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import chain
from typing import Any, cast, get_args

import numpy as np
from numpy.typing import NDArray

from restorebench.errors import ProtocolError
from restorebench.metrics.channels import planes
from restorebench.metrics.metric import Mask, Metric, whole_image_only
from restorebench.metrics.native import NATIVE
from restorebench.metrics.padding import Padding
from restorebench.metrics.protocol import Measure
from restorebench.metrics.separable import correlate
from restorebench.metrics.ssim_downsampling import downsampled
from restorebench.metrics.ssim_windows import Window, window
from restorebench.metrics.tiles import Tile, in_threads, tiles
from restorebench.types import Pixels

Values = NDArray[np.float64]

L = 255
"""The dynamic range."""

C1, C2 = (0.01 * L) ** 2, (0.03 * L) ** 2
"""The paper's constants, K₁ = 0.01 and K₂ = 0.03."""


class Ssim(Metric):
    """The mean of eq. 13's map over all pixels and channels; 1 for equal images and only then.

    Options, all to be stated: `window` (``"gaussian-11-1.5"``, ``"uniform-7"``, or
    ``"3d-gaussian-11-1.5"``, which runs over the channels too), `covariance` (``"population"``, or
    ``"sample"``: ×N/(N−1)) and `padding` (``"valid"``, ``"reflect"``, ``"replicate"``). One that is
    left out where it is not in use: `downsample`, ``"auto-256"`` (see `ssim_downsampling`).
    """

    def compute(
        self, prediction: Pixels, target: Pixels, region: Mask | None, measure: Measure
    ) -> float:
        """Mean SSIM of one view, ``(3, H, W)``."""
        whole_image_only(region, measure)
        w, padding = window(measure.option("window")), _padding(measure)
        factor = _covariance_factor(w, measure)
        pair = [downsampled(p, measure) for p in (prediction, target)]
        height, width = pair[1].shape[1:]

        native = NATIVE.kernels(pair[1].size) if w.axes == 2 else None

        def sums(tile: Tile) -> list[tuple[float, int]]:
            x, y = (tile.of(p) for p in pair)
            if native is not None and (measure.channels == "rgb" or x.dtype != np.uint8):
                found = (
                    _native_columns(native, a, b, w, factor) for a, b in zip(x, y, strict=True)
                )
            else:
                fields = _fields(_values(x, measure), _values(y, measure), w)
                found = (_columns(ssim_map(f, w, factor)) for f in fields)
            rows = x.shape[1] - 2 * w.radius
            return [(halved(columns), rows * columns.size) for columns in found]

        done = list(
            chain.from_iterable(in_threads(sums, tiles((height, width), w.radius, padding)))
        )
        return math.fsum(total for total, _ in done) / sum(count for _, count in done)


def _values(part: NDArray[Any], measure: Measure) -> Values:
    return planes(part, measure.channels) if part.dtype == np.uint8 else part


def _fields(x: Values, y: Values, w: Window) -> Iterable[Values]:
    """The fields of each channel, mixed with the others' where the window spans the channels."""
    each = (fields_of(a, b) for a, b in zip(x, y, strict=True))
    if w.axes == 2:
        return each
    mixed: Values = np.einsum("dc,cfhw->dfhw", w.mixing(len(x)), np.stack(list(each)))
    return mixed


def fields_of(x: Values, y: Values) -> Values:
    """The fields u, v, u², v² of one channel, ``(4, h, w)``, where u = x + y and v = x − y."""
    fields = np.empty((4, *x.shape))
    np.add(x, y, out=fields[0])
    np.subtract(x, y, out=fields[1])
    np.square(fields[:2], out=fields[2:])
    return fields


def ssim_map(fields: Values, w: Window, covariance_factor: float) -> Values:
    """Eq. 13 from the fields of one channel, halo included.

    2 μx μy = (μu² − μv²)/2 and μx² + μy² = (μu² + μv²)/2, and (co)variances alike. For equal
    images v = 0, which makes numerator and denominator the same numbers: exactly 1.
    """
    u, v, uu, vv = correlate(fields, w.taps)
    u *= u
    v *= v
    uu -= u
    vv -= v
    uu *= covariance_factor
    vv *= covariance_factor
    numerator: Values = (u - v + 2 * C1) * (uu - vv + 2 * C2)
    numerator /= (u + v + 2 * C1) * (uu + vv + 2 * C2)
    return numerator


def _columns(ssim: Values) -> Values:
    """The sums down the columns, row after row: numpy's own order depends on the shape."""
    total = np.zeros(ssim.shape[1])
    for row in ssim:
        total += row
    return total


def _native_columns(
    native: Any, x: NDArray[Any], y: NDArray[Any], w: Window, factor: float
) -> Values:
    pair = map(np.ascontiguousarray, (x, y))
    columns: Values = native.ssim_columns(*pair, np.array(w.taps), factor, C1, C2)
    return columns


def halved(values: Values) -> float:
    """The sum: the halves are added to one another until one number is left."""
    while len(values) > 1:
        half = len(values) // 2
        values = np.concatenate([values[:half] + values[half : 2 * half], values[2 * half :]])
    return float(values[0])


def _padding(measure: Measure) -> Padding:
    padding = measure.option("padding")
    if padding not in get_args(Padding):
        msg = f"unknown SSIM padding {padding!r}; there are {', '.join(get_args(Padding))}"
        raise ProtocolError(msg)
    return cast(Padding, padding)


def _covariance_factor(w: Window, measure: Measure) -> float:
    covariance = measure.option("covariance")
    if covariance == "population":
        return 1.0
    if covariance == "sample":
        return w.pixels / (w.pixels - 1)
    msg = f"the covariance of an SSIM is 'population' or 'sample', not {covariance!r}"
    raise ProtocolError(msg)


metric = Ssim()
