"""Core's protocols: our own default, and those by which published numbers were made."""

from __future__ import annotations

from typing import Any

from restorebench.metrics.measures import iqa, lab_mae, lpips, psnr, ssim, ssim_skimage
from restorebench.metrics.protocol import Kernel, Measure, Protocol

NTIRE_RGB = Protocol("ntire-rgb", {"psnr": psnr(), "ssim": ssim(), "lpips": lpips()})

# The scoring program of the CodaLab challenges since 2018 cuts SCALE pixels, and 1 at scale 1.
NTIRE_CROP1 = Protocol("ntire-crop1", {"psnr": psnr(crop=1), "ssim": ssim(crop=1)})


def sr_y(crop: int) -> Protocol:
    """Super-resolution's classical protocol: BT.601 luma, as many pixels cut as the scale is."""
    where: dict[str, Any] = {"channels": "y-bt601-limited", "crop": crop}
    return Protocol(f"sr-y-crop{crop}", {"psnr": psnr(**where), "ssim": ssim(**where)})


def sr_y_matlab(crop: int) -> Protocol:
    """The same on the 8-bit luma that MATLAB's ``rgb2ycbcr`` gives for 8-bit images."""
    where: dict[str, Any] = {"channels": "y-bt601-limited-8bit", "crop": crop}
    return Protocol(f"sr-y-matlab-crop{crop}", {"psnr": psnr(**where), "ssim": ssim(**where)})


SR_Y_CROP0, SR_Y_CROP2, SR_Y_CROP3, SR_Y_CROP4, SR_Y_CROP8 = map(sr_y, (0, 2, 3, 4, 8))
SR_Y_MATLAB_CROP2, SR_Y_MATLAB_CROP3, SR_Y_MATLAB_CROP4 = map(sr_y_matlab, (2, 3, 4))

_MATLAB_GRAY: dict[str, Any] = {"channels": "gray-matlab-8bit"}

MATLAB_GRAY = Protocol("matlab-gray", {"psnr": psnr(**_MATLAB_GRAY), "ssim": ssim(**_MATLAB_GRAY)})

MATLAB_GRAY_DOWNSAMPLED = Protocol(
    "matlab-gray-downsampled",
    {"psnr": psnr(**_MATLAB_GRAY), "ssim": ssim(downsample="auto-256", **_MATLAB_GRAY)},
)

SSIM_3D_LEGACY = Protocol(
    "ssim-3d-legacy",
    {"psnr": psnr(), "ssim": ssim(window="3d-gaussian-11-1.5", padding="replicate")},
)

STEREO_LR_MEAN = Protocol(
    "stereo-lr-mean", {"psnr": psnr(), "ssim": ssim_skimage(), "lpips": lpips()}
)

STEREO_LEFT = Protocol(
    "stereo-left",
    {"psnr": psnr(views="left"), "ssim": ssim_skimage(views="left"), "lpips": lpips(views="left")},
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


def _istd_legacy(kernel: Kernel = "cubic") -> dict[str, Measure]:
    """PSNR and L*a*b* error of the MATLAB scripts, SSIM of the Python ones, at 256×256.

    The scripts call every pixel of the resized mask that is not black shadow. They take PSNR and
    SSIM of a region with the rest of both images set to black, and divide by *all* pixels; the
    columns say so.
    """
    size: dict[str, Any] = {"resize": (256, 256), "kernel": kernel}
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

ISTD_LEGACY_256_LINEAR = Protocol("istd-legacy-256-linear", _istd_legacy("linear"))

ISTD_LEGACY_256_OPENCV = Protocol("istd-legacy-256-opencv", _istd_legacy("linear-opencv"))

BOKEH_BETD = Protocol(
    "bokeh-betd",
    {
        "lpips": lpips(),
        "psnr": psnr(peak="prediction-max"),
        "ssim": ssim_skimage(),
        "psnr_255": psnr(),
    },
)


def _torchmetrics(**where: Any) -> dict[str, Measure]:
    """torchmetrics since 1.4.2 mirrors the borders of SSIM and keeps them."""
    return {
        "psnr": psnr(**where),
        "ssim": ssim(padding="reflect", **where),
        "lpips": lpips(**where),
    }


BOKEH_REAL_TM = Protocol("bokeh-real-tm", _torchmetrics())

BOKEH_REAL_TM_CENTER512 = Protocol("bokeh-real-tm-center512", _torchmetrics(center=(512, 512)))

PERCEPTION = Protocol(
    "perception",
    {
        **NTIRE_RGB.measures,
        "ms_ssim": iqa("ms_ssim"),
        "vif": iqa("vif"),
        "fsim": iqa("fsim"),
        "gmsd": iqa("gmsd"),
        "nlpd": iqa("nlpd"),
        "piqe": iqa("piqe"),
    },
)

PERCEPTION_LEARNED = Protocol(
    "perception-learned",
    {
        **NTIRE_RGB.measures,
        "dists": iqa("dists"),
        "clipiqa": iqa("clipiqa"),
        "maniqa": iqa("maniqa"),
        "musiq": iqa("musiq"),
        "niqe": iqa("niqe"),
    },
)
