"""Peak signal-to-noise ratio."""

from __future__ import annotations

import math
from itertools import chain

import numpy as np

from restorebench.errors import ProtocolError
from restorebench.metrics.channels import planes
from restorebench.metrics.metric import Mask, Metric
from restorebench.metrics.native import NATIVE
from restorebench.metrics.protocol import Measure
from restorebench.metrics.tiles import strips
from restorebench.types import Pixels


class Psnr(Metric):
    """PSNR = 10 log10(peak² / MSE) in dB over all channels together, ``inf`` for equal images.

    Option `peak`: 255, or ``"prediction-max"``, the largest value in the prediction (as the starter
    kit of the NTIRE 2023 bokeh challenge has it; 0 in a black prediction, hence −inf). A `region`
    gives the PSNR of the vector of its pixels.
    """

    def check(self, measure: Measure) -> str | None:
        """None: it needs no files. `ProtocolError` for a peak that it does not have."""
        _peak(np.zeros(1, np.uint8), measure)
        return None

    def compute(
        self, prediction: Pixels, target: Pixels, region: Mask | None, measure: Measure
    ) -> float:
        """PSNR of one view, ``(3, H, W)``, in dB."""
        peak = _peak(prediction, measure)
        mse = mean_squared_error(prediction, target, measure.channels, region)
        if mse == 0:
            return math.inf
        return 10 * math.log10(peak**2 / mse) if peak else -math.inf


def mean_squared_error(
    prediction: Pixels, target: Pixels, channels: str = "rgb", region: Mask | None = None
) -> float:
    """MSE on the scale 0–255; exact for RGB, where the squared errors are summed as integers."""
    if channels == "rgb" and region is None and (native := NATIVE.kernels(0)) is not None:
        parts = ((prediction[:, rows], target[:, rows]) for rows in strips(prediction.shape[1]))
        pairs = chain.from_iterable(zip(*part, strict=True) for part in parts)
        errors = (native.squared_error(*map(np.ascontiguousarray, pair)) for pair in pairs)
        return int(sum(errors)) / prediction.size
    whole = channels == "rgb"  # sums of whole numbers, whatever the strips: those of the cache
    error, height = (_rgb_error, 16) if whole else (_plane_error, 64)
    sums, count = [], 0
    for rows in strips(prediction.shape[1], height):
        d = error(prediction[:, rows], target[:, rows], channels)
        d = d if region is None else d[:, region[rows]]
        d = d.reshape(-1)
        sums.append(float(d @ d))  # of whole numbers below 2⁵³: no rounding, whatever the order
        count += d.size
    return math.fsum(sums) / count


def _rgb_error(x: Pixels, y: Pixels, _: str) -> np.ndarray:
    return np.subtract(x, y, dtype=np.int16).astype(np.float64)


def _plane_error(x: Pixels, y: Pixels, channels: str) -> np.ndarray:
    return planes(x, channels) - planes(y, channels)


def _peak(prediction: Pixels, measure: Measure) -> int:
    peak = measure.option("peak")
    if peak == "prediction-max":
        return max(int(prediction[:, rows].max()) for rows in strips(prediction.shape[1]))
    if peak != 255:
        msg = f"the peak of a PSNR is 255 or 'prediction-max', not {peak!r}"
        raise ProtocolError(msg)
    return 255


metric = Psnr()
