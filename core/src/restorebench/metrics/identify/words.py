"""In words: what one measure does differently from another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from restorebench.metrics.protocol import Channels, Measure
from restorebench.metrics.protocols import NTIRE_RGB

POOLED = "squared errors pooled over all images before the logarithm (no mean of PSNRs)"

_CHANNELS = {
    "rgb": "RGB",
    "y-bt601-limited": "BT.601 luma (16–235)",
    "y-bt601-limited-8bit": "BT.601 luma (16–235), rounded (MATLAB's rgb2ycbcr of uint8)",
    "y-yiq-full": "full-range luma (the Y of YIQ)",
    "y-yiq-full-8bit": "full-range luma, rounded (OpenCV's grey of uint8)",
    "gray-matlab-8bit": "grey, rounded (MATLAB's rgb2gray of uint8)",
    "gray-skimage": "scikit-image's grey (BT.709 weights)",
    "lab": "L*a*b*",
}
_OPTIONS: Mapping[tuple[str, str | int], str] = {
    ("peak", 255): "the peak is 255",
    ("peak", "prediction-max"): "the peak is the prediction's own maximum, not 255",
    ("window", "gaussian-11-1.5"): "11×11 Gaussian window",
    ("window", "uniform-7"): "7×7 uniform window",
    ("window", "3d-gaussian-11-1.5"): "Gaussian window that spans the channels too",
    ("covariance", "population"): "population covariance (N)",
    ("covariance", "sample"): "sample covariance (N−1)",
    ("padding", "valid"): "no padding",
    ("padding", "reflect"): "mirrored borders",
    ("padding", "replicate"): "repeated borders",
    ("downsample", "auto-256"): "averaged to a shorter side of about 256 px first (ssim.m)",
    ("white", "d50"): "white D50 (MATLAB)",
    ("white", "d65"): "white D65",
}
_KERNELS = {
    "cubic": "MATLAB's bicubic",
    "linear": "MATLAB's bilinear",
    "linear-opencv": "OpenCV's bilinear",
}
_REGIONS = {"all": "all pixels", "mask": "pixels of the mask", "outside-mask": "pixels outside it"}
_VIEWS = {"mean": "mean of the views", "left": "left view only"}


def from_default(measure: Measure) -> tuple[str, ...]:
    """What `measure` does differently from the column of ``ntire-rgb`` of the same metric.

    For a metric without a column there, everything about it that is not usual.
    """
    for base in NTIRE_RGB.measures.values():
        if base.metric == measure.metric:
            return tuple(departures(measure, base))
    usual: Channels = "lab" if measure.channels == "lab" else "rgb"
    base = Measure(measure.metric, measure.version, channels=usual)
    return f"metric {measure.metric}, which ntire-rgb lacks", *departures(measure, base)


def departures(measure: Measure, base: Measure) -> Iterator[str]:
    """One phrase for each choice in which `measure` is not `base`, a measure of the same metric."""
    if measure.views != base.views:
        yield _VIEWS[measure.views]
    if (measure.resize, measure.kernel) != (base.resize, base.kernel):
        yield _resized(measure)
    if measure.center != base.center:
        yield _middle(measure)
    if measure.crop != base.crop:
        yield f"{measure.crop} px cut from each side"
    if measure.crop_left != base.crop_left:
        yield f"first {measure.crop_left} columns cut"
    if measure.region != base.region:
        yield _region(measure)
    if measure.channels != base.channels:
        yield f"on {_CHANNELS[measure.channels]}"
    for pair in measure.options:
        if pair not in base.options:
            yield _OPTIONS.get(pair, f"{pair[0]} {pair[1]}")


def _resized(measure: Measure) -> str:
    if measure.resize is None:
        return "not resized"
    height, width = measure.resize
    return f"both resized to {height}×{width} ({_KERNELS[measure.kernel]})"


def _middle(measure: Measure) -> str:
    if measure.center is None:
        return "the whole image"
    return f"only the {measure.center[0]}×{measure.center[1]} in the middle"


def _region(measure: Measure) -> str:
    rule = " (every mask pixel above zero counts)" if measure.mask_rule == "any" else ""
    rest = "; the others blackened and counted" if measure.rest == "zeroed" else " only"
    return _REGIONS[measure.region] + rule + rest
