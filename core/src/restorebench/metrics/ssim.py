"""Structural similarity (Wang, Bovik, Sheikh and Simoncelli, IEEE TIP 2004), float64, by tiles.

Everything is added in one fixed order (down the columns of a tile, then by halves along its
row, then exactly), so that a score is the same number on every machine, with numba and without.
"""

from __future__ import annotations

import math
import threading
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
from restorebench.metrics.separable import Values
from restorebench.metrics.ssim_downsampling import downsampled
from restorebench.metrics.ssim_map import C1, C2, SsimMap, fields_of
from restorebench.metrics.ssim_windows import Window, window
from restorebench.metrics.tiles import Tile, in_threads, tiles
from restorebench.types import Pixels


class Ssim(Metric):
    """The mean of eq. 13's map over all pixels and channels; 1 for equal images and only then.

    Options, all to be stated: `window` (``"gaussian-11-1.5"``, ``"uniform-7"``, or
    ``"3d-gaussian-11-1.5"``, which runs over the channels too), `covariance` (``"population"``, or
    ``"sample"``: ×N/(N−1)) and `padding` (``"valid"``, ``"reflect"``, ``"replicate"``). One that is
    left out where it is not in use: `downsample`, ``"auto-256"`` (see `ssim_downsampling`).
    """

    def check(self, measure: Measure) -> str | None:
        """None: it needs no files. `ProtocolError` for options that it does not have."""
        _covariance_factor(window(measure.option("window")), measure)
        _padding(measure)
        return None

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
        own = threading.local()

        def sums(tile: Tile) -> list[tuple[float, int]]:
            x, y = (tile.of(p) for p in pair)
            found: Iterable[Values]
            if native is not None and (measure.channels == "rgb" or x.dtype != np.uint8):
                found = (
                    _native_columns(native, a, b, w, factor) for a, b in zip(x, y, strict=True)
                )
            else:
                if not hasattr(own, "maps"):
                    own.maps = SsimMap(w, factor)
                found = _columns(_values(x, measure), _values(y, measure), own.maps)
            rows = x.shape[1] - 2 * w.radius
            return [(halved(columns), rows * columns.size) for columns in found]

        done = list(
            chain.from_iterable(in_threads(sums, tiles((height, width), w.radius, padding)))
        )
        return math.fsum(total for total, _ in done) / sum(count for _, count in done)


def _values(part: NDArray[Any], measure: Measure) -> NDArray[Any]:
    seen = measure.channels == "rgb" or part.dtype != np.uint8
    return part if seen else planes(part, measure.channels)


def _columns(x: NDArray[Any], y: NDArray[Any], maps: SsimMap) -> Iterable[Values]:
    """Of each channel; where the window spans the channels, their fields are mixed."""
    if maps.window.axes == 2:
        return (maps.columns(a, b) for a, b in zip(x, y, strict=True))
    each = [fields_of(a, b, np.empty((4, *a.shape))) for a, b in zip(x, y, strict=True)]
    mixed = np.einsum("dc,cfhw->dfhw", maps.window.mixing(len(x)), np.stack(each))
    return (maps.columns_of(fields) for fields in mixed)


def _native_columns(
    native: Any, x: NDArray[Any], y: NDArray[Any], w: Window, factor: float
) -> Values:
    pair = map(np.ascontiguousarray, (x, y))
    columns: Values = native.ssim_columns(*pair, w.taps, factor, C1, C2)
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
