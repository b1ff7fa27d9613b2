"""The ordinary measures, with every choice written out."""

from __future__ import annotations

from typing import Any, Literal

from restorebench.metrics.lpips.trunks import TRUNKS
from restorebench.metrics.protocol import Measure, Options


def psnr(*, peak: Literal[255, "prediction-max"] = 255, **where: Any) -> Measure:
    """PSNR in dB; `where` are the further fields of `Measure`."""
    return Measure("psnr", "1", options=(("peak", peak),), **where)


def ssim(
    *,
    window: str = "gaussian-11-1.5",
    covariance: str = "population",
    padding: str = "valid",
    downsample: Literal["none", "auto-256"] = "none",
    **where: Any,
) -> Measure:
    """SSIM; by default that of its authors: Gaussian window, population covariance, no padding."""
    options: Options = (("covariance", covariance), ("padding", padding), ("window", window))
    if downsample != "none":
        options += (("downsample", downsample),)
    return Measure("ssim", "1", options=options, **where)


def ssim_skimage(**where: Any) -> Measure:
    """SSIM as scikit-image computes it by default: 7×7 mean, sample covariance."""
    return ssim(window="uniform-7", covariance="sample", **where)


def lpips(*, net: Literal["alex", "vgg", "squeeze"] = "alex", **where: Any) -> Measure:
    """LPIPS with the heads of version 0.1 on torchvision's trunk."""
    options = (("heads", "0.1"), ("net", net), ("trunk", TRUNKS[net].file))
    return Measure("lpips", "1", options=options, **where)


def lab_mae(*, white: Literal["d65", "d50"] = "d65", **where: Any) -> Measure:
    """Mean absolute error in L*a*b*, the three differences added."""
    return Measure("lab-mae", "1", channels="lab", options=(("white", white),), **where)


def iqa(name: str, **where: Any) -> Measure:
    """pyiqa's metric `name` under its default settings."""
    return Measure(f"iqa-{name.replace('_', '-')}", "1", **where)
