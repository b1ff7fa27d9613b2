"""Core's protocols: our own default, and those by which published numbers were made."""

from __future__ import annotations

from typing import Any

from restorebench.metrics.measures import lab_mae, lpips, psnr, ssim, ssim_skimage
from restorebench.metrics.protocol import Measure, Protocol

NTIRE_RGB = Protocol("ntire-rgb", {"psnr": psnr(), "ssim": ssim(), "lpips": lpips()})

# The scoring program of the CodaLab challenges since 2018 cuts SCALE pixels, and 1 at scale 1.
NTIRE_CROP1 = Protocol("ntire-crop1", {"psnr": psnr(crop=1), "ssim": ssim(crop=1)})


def sr_y(scale: int) -> Protocol:
    """Super-resolution's classical protocol at `scale`: BT.601 luma, as many pixels cut."""
    where: dict[str, Any] = {"channels": "y-bt601-limited", "crop": scale}
    return Protocol(f"sr-y-crop{scale}", {"psnr": psnr(**where), "ssim": ssim(**where)})


SR_Y_CROP2, SR_Y_CROP3, SR_Y_CROP4 = (sr_y(scale) for scale in (2, 3, 4))

SSIM_3D_LEGACY = Protocol(
    "ssim-3d-legacy",
    {"psnr": psnr(), "ssim": ssim(window="3d-gaussian-11-1.5", padding="replicate")},
)

STEREO_LR_MEAN = Protocol(
    "stereo-lr-mean", {"psnr": psnr(), "ssim": ssim_skimage(), "lpips": lpips()}
)

STEREO_LEFT_CROP64 = Protocol(
    "stereo-left-crop64",
    {
        "psnr": psnr(views="left", crop_left=64),
        "ssim": ssim_skimage(views="left", crop_left=64),
    },
)

SHADOW_NATIVE_REGIONS = Protocol(
    "shadow-native-regions",
    {
        "psnr": psnr(),
        "ssim": ssim(),
        "psnr_mask": psnr(region="mask"),
        "psnr_outside": psnr(region="outside-mask"),
        "lpips": lpips(),
        "lab_mae": lab_mae(),
        "lab_mae_mask": lab_mae(region="mask"),
        "lab_mae_outside": lab_mae(region="outside-mask"),
    },
)


def _istd_legacy() -> dict[str, Measure]:
    """PSNR and L*a*b* error of the MATLAB scripts, SSIM of the Python ones, at 256×256.

    The scripts call every pixel of the resized mask that is not black shadow. They take PSNR and
    SSIM of a region with the rest of both images set to black, and divide by *all* pixels; the
    columns say so.
    """
    size: dict[str, Any] = {"resize": (256, 256)}
    inside: dict[str, Any] = {**size, "region": "mask", "mask_rule": "any"}
    outside: dict[str, Any] = {**inside, "region": "outside-mask"}
    grey: dict[str, Any] = {"channels": "y-yiq-full"}  # OpenCV's, which those scripts use
    return {
        "psnr": psnr(**size),
        "psnr_mask_zeroed": psnr(**inside, rest="zeroed"),
        "psnr_outside_zeroed": psnr(**outside, rest="zeroed"),
        "ssim": ssim_skimage(**size, **grey),
        "ssim_mask_zeroed": ssim_skimage(**inside, **grey, rest="zeroed"),
        "ssim_outside_zeroed": ssim_skimage(**outside, **grey, rest="zeroed"),
        "lab_mae": lab_mae(white="d50", **size),
        "lab_mae_mask": lab_mae(white="d50", **inside),
        "lab_mae_outside": lab_mae(white="d50", **outside),
    }


ISTD_LEGACY_256 = Protocol("istd-legacy-256", _istd_legacy())

BOKEH_BETD = Protocol(
    "bokeh-betd",
    {
        "lpips": lpips(),
        "psnr": psnr(peak="prediction-max"),
        "ssim": ssim_skimage(),
        "psnr_255": psnr(),
    },
)

# torchmetrics since 1.4.2 mirrors the borders and keeps them.
BOKEH_REAL_TM = Protocol(
    "bokeh-real-tm", {"psnr": psnr(), "ssim": ssim(padding="reflect"), "lpips": lpips()}
)
