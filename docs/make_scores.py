"""Writes the tables of scores.md: ``python docs/make_scores.py`` (seconds).

One pair of 8-bit files is scored in every way that is in use. The pair is made from code alone: a
procedural scene, and the same after a blur and noise.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter
from skimage.metrics import structural_similarity

from restorebench.data.colour import quantise, to_srgb
from restorebench.data.scenes import scene
from restorebench.errors import MetricUnavailableError
from restorebench.leaderboard.ranking.statistics import intervals, paired_test
from restorebench.metrics import Measure, Protocol, score
from restorebench.metrics.measures import lpips, psnr, ssim, ssim_skimage
from restorebench.plugins import Suite
from restorebench.types import Pixels

PAGE = Path(__file__).parent / "scores.md"
SCENE, SIZE, BLUR, NOISE = "val-0001", 512, 1.0, 10.0
SCENES = 12

SSIM: Mapping[str, tuple[str, Measure]] = {
    "as its authors: 11×11 Gaussian, RGB": ("BasicSR, IR-SDE, `ntire-rgb`", ssim()),
    "7×7 mean, sample covariance": ("scikit-image's defaults on uint8", ssim_skimage()),
    "borders mirrored": ("torchmetrics", ssim(padding="reflect")),
    "4 pixels of border cut": ("super-resolution papers", ssim(crop=4)),
    "Gaussian over the three channels, too": (
        "NAFNet, MATLAB on RGB",
        ssim(window="3d-gaussian-11-1.5", padding="replicate"),
    ),
    "scikit-image's grey, 7×7 mean": ("ShadowFormer", ssim_skimage(channels="gray-skimage")),
    "luma of YIQ, 0–255": ("`iqa-ssim` of pyiqa", ssim(channels="y-yiq-full-8bit")),
    "luma of BT.601, 16–235": ("BasicSR `test_y_channel`", ssim(channels="y-bt601-limited")),
    "grey, averaged 2×2 first": (
        "SSIM's authors, of large images",
        ssim(channels="gray-matlab-8bit", downsample="auto-256"),
    ),
    "both resized to 256×256 first": ("papers on ISTD", ssim(resize=(256, 256))),
}
PSNR: Mapping[str, tuple[str, Measure]] = {
    "RGB, peak 255": ("BasicSR, `ntire-rgb`", psnr()),
    "4 pixels of border cut": ("super-resolution papers", psnr(crop=4)),
    "luma of YIQ": ("pyiqa `psnry`, piq", psnr(channels="y-yiq-full")),
    "luma of BT.601, 16–235": ("BasicSR `test_y_channel`", psnr(channels="y-bt601-limited")),
    "peak: the prediction's maximum": (
        "NTIRE 2023 bokeh starter kit",
        psnr(peak="prediction-max"),
    ),
    "both resized to 256×256 first": ("papers on ISTD", psnr(resize=(256, 256))),
}
LPIPS = {"AlexNet": lpips(), "VGG": lpips(net="vgg")}


def pair() -> tuple[NDArray[np.float64], Pixels]:
    """The restored image before it is rounded, on the scale 0–255, and the target."""
    target = quantise(to_srgb(scene(SCENE, SIZE, SIZE).composite())[None])
    blurred = gaussian_filter(target.astype(np.float64), (0, 0, BLUR, BLUR))
    noise = np.random.default_rng(0).normal(0, NOISE, target.shape)
    return np.clip(blurred + noise, 0, 255), target


def tables() -> dict[str, str]:
    """The generated parts of the page, by name."""
    exact, target = pair()
    prediction = np.rint(exact).astype(np.uint8)
    return {
        "ssim": table(("SSIM of", "where", "SSIM"), [*ways(SSIM, prediction, target)], 4),
        "ranges": table(("one pair, one function", "SSIM"), [*ranges(prediction, target)], 4),
        "psnr": table(("PSNR of", "where", "dB"), [*ways(PSNR, prediction, target)], 2),
        "rounding": table(("the restored image is", "dB"), [*rounding(exact, target)], 2),
        "means": table(("two images", "dB"), [*means(prediction, target)], 2),
        "difference": table(("12 scenes", "95 %", "p", "mean, dB"), [*differences()], 2),
        "lpips": table(("trunk", "LPIPS"), [*trunks(prediction, target)], 4),
    }


def table(heads: tuple[str, ...], rows: list[tuple[Any, ...]], digits: int) -> str:
    """A table whose last column has numbers."""
    shown = [(*row[:-1], f"{row[-1]:.{digits}f}") for row in rows]
    lines = [heads, (*("---",) * (len(heads) - 1), "---:"), *shown]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def ways(named: Mapping[str, tuple[str, Measure]], x: Pixels, y: Pixels) -> Any:
    """Each way with its users and its number."""
    for name, (users, measure) in named.items():
        yield name, users, one(measure, x, y)


def one(measure: Measure, prediction: Pixels, target: Pixels) -> float:
    """The number of one measure; raises `MetricUnavailableError` where it cannot be computed."""
    protocol = Protocol("one", {"it": measure})
    result = score(protocol, prediction, target, None, Suite().metrics.load)
    if "it" not in result.values:
        raise MetricUnavailableError(str(result))
    return result.values["it"]


def ranges(prediction: Pixels, target: Pixels) -> Any:
    """scikit-image with other data ranges and constants than those of the images."""
    x, y = prediction[0] / 255, target[0] / 255
    settings = {
        "floats in [0, 1], `data_range=1`": {"data_range": 1.0},
        "floats in [0, 1], `data_range=2` (scikit-image's default for floats before 0.22)": {
            "data_range": 2.0
        },
        "floats in [0, 1], `data_range=255`": {"data_range": 255.0},
        "`data_range=1`, K₁ = K₂ = 0": {"data_range": 1.0, "K1": 0.0, "K2": 0.0},
        "`data_range=1`, K₁ = 0.01, K₂ = 0.3": {"data_range": 1.0, "K2": 0.3},
    }
    for name, values in settings.items():
        yield name, structural_similarity(x, y, channel_axis=0, **values)


def rounding(exact: NDArray[np.float64], target: Pixels) -> Any:
    """PSNR of the restored image as floats, rounded and truncated: of a good one, it shows."""
    better = target + (exact - target) / 16
    for name, image in {
        "kept as floats": better,
        "rounded to 8 bits": np.rint(better),
        "truncated to 8 bits (`astype(uint8)`)": np.floor(better),
    }.items():
        yield name, decibels(np.mean((image - target) ** 2))


def means(prediction: Pixels, target: Pixels) -> Any:
    """Over this pair and a second one that is restored better."""
    first = np.mean((prediction.astype(np.float64) - target) ** 2)
    errors = np.array([first, first / 100])
    yield "this one", decibels(errors[0])
    yield "another one, with a tenth of its error", decibels(errors[1])
    yield "mean of the two PSNRs", np.mean([decibels(e) for e in errors])
    yield "PSNR of the mean squared error of both", decibels(errors.mean())


def decibels(error: float) -> float:
    """PSNR of a mean squared error on the scale 0–255."""
    return float(10 * np.log10(255**2 / error))


def trunks(prediction: Pixels, target: Pixels) -> Any:
    """LPIPS with each of the networks that are here."""
    for name, measure in LPIPS.items():
        yield name, one(measure, prediction, target)


def differences() -> Any:
    """Scenes with noise of many strengths, smoothed a little less (A) and a little more (B)."""
    scores = np.array([list(smoothed(number)) for number in range(SCENES)])
    columns = np.column_stack([scores, scores[:, 1] - scores[:, 0]])
    names = ("A, blurred by 0.6 px", "B, blurred by 0.65 px", "B − A, image by image")
    for name, values in zip(names, columns.T, strict=True):
        ((low, high),) = intervals(values[:, None])
        (p,) = paired_test(values[:, None]) if name.startswith("B −") else (None,)
        shown = "" if p is None else f"{p:.3f}"
        yield name, f"{low:.2f} … {high:.2f}", shown, float(values.mean())


def smoothed(number: int) -> Any:
    """PSNR of a noisy scene after either blur, and the noise grows from scene to scene."""
    target = quantise(to_srgb(scene(f"val-{number:04d}", 128, 192).composite()))
    noise = np.random.default_rng(number).normal(0, 20 + 5 * number, target.shape)
    for blur in (0.6, 0.65):
        restored = np.rint(gaussian_filter(np.clip(target + noise, 0, 255), (0, blur, blur)))
        yield decibels(np.mean((restored - target) ** 2))


def current() -> str:
    """The page as it should be now."""
    text = PAGE.read_text(encoding="utf-8")
    for name, made in tables().items():
        begin, end = f"<!-- begin {name} -->\n", f"<!-- end {name} -->\n"
        before, _, rest = text.partition(begin)
        text = f"{before}{begin}{made}\n{end}{rest.partition(end)[2]}"
    return text


if __name__ == "__main__":
    PAGE.write_text(current(), encoding="utf-8")
