"""Kernels of defocus: their light, their width, their shape, and what convolution keeps."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.signal import convolve2d

from restorebench_bokeh.aperture import DISC, aperture_kernel, blur, second_moment

DIAMETERS = [0.05, 0.3, 1.0, 1.7, 2.5, 4.0, 9.3, 25.0]


@pytest.mark.parametrize("blades", [DISC, 5, 8])
@pytest.mark.parametrize("c", DIAMETERS)
def test_a_kernel_neither_makes_nor_loses_light(c: float, blades: int) -> None:
    kernel = aperture_kernel(c, blades)
    assert kernel.sum() == pytest.approx(1.0, abs=1e-5)
    assert kernel.min() >= 0.0


@pytest.mark.parametrize("blades", [DISC, 5, 8])
@pytest.mark.parametrize("c", DIAMETERS)
def test_its_second_moment_is_that_of_an_ideal_disc(c: float, blades: int) -> None:
    # a uniform disc of diameter c has variance c²/16 per axis
    assert 4 * np.sqrt(second_moment(aperture_kernel(c, blades))) == pytest.approx(c, rel=1e-3)


def test_a_large_disc_is_flat_inside_and_empty_outside() -> None:
    kernel = aperture_kernel(20.0)
    half = kernel.shape[0] // 2
    y, x = np.mgrid[-half : half + 1, -half : half + 1]
    distance = np.hypot(x, y)
    assert np.ptp(kernel[distance < 9]) < 1e-7
    assert kernel[distance > 11].max() == 0.0
    assert kernel[half, half] == pytest.approx(4 / (np.pi * 20**2), rel=0.02)


def test_blades_make_corners() -> None:
    # of a square on its corner the half diagonal exceeds the half side by √2; a disc has neither
    square, disc = aperture_kernel(40.0, 4) > 0, aperture_kernel(40.0) > 0
    for kernel, ratio in ((square, np.sqrt(2)), (disc, 1.0)):
        across = kernel[kernel.shape[0] // 2].sum()
        diagonal = np.diag(kernel).sum() * np.sqrt(2)
        assert across / diagonal == pytest.approx(ratio, rel=0.05)


def test_two_blurs_in_a_row_add_in_quadrature() -> None:
    twice = convolve2d(aperture_kernel(3.0), aperture_kernel(4.0))
    assert 4 * np.sqrt(second_moment(twice)) == pytest.approx(5.0, rel=1e-3)


def test_a_blur_that_nobody_can_see_changes_nothing() -> None:
    image = np.random.default_rng(0).random((3, 8, 9), dtype=np.float32)
    assert blur(image, aperture_kernel(0.0)) is image


def test_convolution_is_the_direct_sum_with_mirrored_borders() -> None:
    image = np.random.default_rng(1).random((17, 23), dtype=np.float32)
    kernel = aperture_kernel(5.2, 5)
    direct = convolve2d(np.pad(image, kernel.shape[0] // 2, mode="symmetric"), kernel, "valid")
    np.testing.assert_allclose(blur(image, kernel), direct, atol=1e-5)


def test_a_uniform_image_stays_uniform() -> None:
    image = np.full((3, 20, 30), 0.37, np.float32)
    np.testing.assert_allclose(blur(image, aperture_kernel(11.0)), 0.37, atol=1e-5)
