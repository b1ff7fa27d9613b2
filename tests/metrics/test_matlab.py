"""Luminances that MATLAB and OpenCV round to 8 bit, and SSIM's averaging of large images."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.ndimage import uniform_filter
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

from restorebench.errors import ProtocolError
from restorebench.metrics import score
from restorebench.metrics.channels import planes
from restorebench.metrics.measures import ssim
from restorebench.plugins import suite

COLOURS = {"red": (255, 0, 0), "green": (0, 255, 0), "blue": (0, 0, 255), "white": (255,) * 3}


def authors_ssim(x, y) -> float:
    how = {"gaussian_weights": True, "sigma": 1.5, "use_sample_covariance": False}
    return structural_similarity(y, x, data_range=255, **how)


def values(channels: str) -> dict[str, float]:
    shown = {n: np.array(c, np.uint8).reshape(3, 1, 1) for n, c in COLOURS.items()}
    return {name: float(planes(pixel, channels).item()) for name, pixel in shown.items()}


def test_luminances_of_8_bit_images_are_rounded_to_8_bit():
    # rgb2gray and rgb2ycbcr of uint8 in MATLAB; cvtColor of uint8 in OpenCV
    grey = {"red": 76, "green": 150, "blue": 29, "white": 255}
    assert values("gray-matlab-8bit") == values("y-yiq-full-8bit") == grey
    luma = {"red": 81, "green": 145, "blue": 41, "white": 235}
    assert values("y-bt601-limited-8bit") == luma


@pytest.mark.parametrize("channels", ["y-bt601-limited", "y-yiq-full"])
def test_rounding_changes_no_value_by_more_than_half(channels, noisy):
    exact, rounded = (planes(noisy(20, 30)[0][0], channels + end) for end in ("", "-8bit"))
    assert np.array_equal(rounded, rounded.round())
    assert 0 < np.abs(rounded - exact).max() <= 0.5


def test_matlabs_grey_and_opencvs_differ_in_a_few_pixels(noisy):
    grey, opencv = (
        planes(noisy(200, 300)[0][0], c) for c in ("gray-matlab-8bit", "y-yiq-full-8bit")
    )
    assert 0 < (grey != opencv).mean() < 0.05


@pytest.mark.parametrize("pair", ["noise", "blur", "haze"])
def test_matlab_gray_is_ssim_and_psnr_of_the_rounded_grey(pair, golden, load):
    x, y = golden(pair)
    gray = [np.floor(_grey(p[0]) + 0.5) for p in (x, y)]
    found = score(suite().protocols.load("matlab-gray"), x, y, None, load).values
    assert found["ssim"] == pytest.approx(authors_ssim(*gray), abs=1e-9)
    assert found["psnr"] == pytest.approx(peak_signal_noise_ratio(*gray, data_range=255), abs=1e-9)


def _grey(rgb):
    """MATLAB's weights: the first row of the inverse of its matrix from YIQ to RGB."""
    yiq_to_rgb = np.linalg.inv([[1, 0.956, 0.621], [1, -0.272, -0.647], [1, -1.106, 1.703]])
    return np.einsum("c,chw->hw", yiq_to_rgb[0], rgb)


@pytest.mark.parametrize(
    ("height", "factor"),  # 384/256 = 1.5 and 640/256 = 2.5 are rounded up, as MATLAB rounds
    [(383, 1), (384, 2), (521, 2), (640, 3)],
)
def test_large_images_are_averaged_as_by_the_authors_of_ssim(height, factor, noisy, value):
    x, y = noisy(height, 700)
    expected = authors_ssim(*(_averaged(np.floor(_grey(p[0]) + 0.5), factor) for p in (x, y)))
    measure = ssim(downsample="auto-256", channels="gray-matlab-8bit")
    assert value(measure, x, y) == pytest.approx(expected, abs=1e-9)


def _averaged(image, factor: int):
    """``imfilter(image, ones(f)/f^2, 'symmetric')`` at every f-th pixel from the first."""
    origin = -1 if factor % 2 == 0 else 0
    return uniform_filter(image, factor, mode="reflect", origin=origin)[::factor, ::factor]


def test_small_images_are_not_averaged(golden, value):
    gray = {"channels": "gray-matlab-8bit"}
    assert value(ssim(downsample="auto-256", **gray), *golden("blur")) == value(
        ssim(**gray), *golden("blur")
    )


def test_another_downsampling_is_refused(golden, value):
    with pytest.raises(ProtocolError, match="'auto-256' or left out, not 'half'"):
        value(ssim(downsample="half"), *golden("blur"))
