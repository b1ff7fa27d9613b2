"""The wavelet compressor loses nothing, keeps distances, and keeps noise white."""

from __future__ import annotations

import pytest
import torch

from restorebench.compressors.haar import Config, Haar


def haar(levels, channels=1):
    return Haar(Config(channels=channels, levels=levels))


@pytest.mark.parametrize("levels", [1, 2, 3, 4])
@pytest.mark.parametrize("size", [(1, 1), (16, 16), (13, 22), (7, 40)])
def test_there_and_back_is_exact(levels, size):
    x = torch.rand(2, 3, *size, generator=torch.Generator().manual_seed(0))
    assert (haar(levels, 3)(x) - x).abs().max() <= 1e-6


@pytest.mark.parametrize("levels", [1, 2, 3])
def test_it_is_an_orthonormal_matrix(levels):
    """Its columns are the transforms of single pixels: 2^L × 2^L of them."""
    side = 2**levels
    pixels = torch.eye(side * side, dtype=torch.float64).reshape(-1, 1, side, side)
    matrix = haar(levels).encode(pixels).z.flatten(1)
    torch.testing.assert_close(matrix @ matrix.T, torch.eye(side * side, dtype=torch.float64))


def test_white_noise_stays_white_of_the_same_level():
    noise = 0.2 * torch.randn(1, 3, 256, 256, generator=torch.Generator().manual_seed(0))
    z = haar(2, 3).encode(noise).z.flatten(2)[0]
    off = torch.corrcoef(z) - torch.eye(48)
    assert off.abs().max() < 0.08  # 5 standard errors of 4096 numbers
    assert (z.std(dim=1) - 0.2).abs().max() < 5 * 0.2 / (2 * 4096) ** 0.5


def test_two_by_two_pixels_by_hand():
    """Half the sum of 1 2 / 3 4, half the differences of columns, of rows, and of both."""
    z = haar(1).encode(torch.tensor([[[[1.0, 2.0], [3.0, 4.0]]]])).z
    assert z.flatten().tolist() == [5.0, -1.0, -2.0, 0.0]


@pytest.mark.parametrize("levels", [1, 2, 3])
def test_a_flat_image_has_only_its_mean(levels):
    z = haar(levels, 3).encode(torch.full((1, 3, 16, 16), 0.25)).z
    torch.testing.assert_close(z[:, :3], torch.full_like(z[:, :3], 0.25 * 2**levels))
    assert z[:, 3:].abs().max() < 1e-6


def test_the_approximation_is_the_mean_of_each_colour():
    x = torch.rand(1, 3, 8, 12, generator=torch.Generator().manual_seed(0))
    z = haar(2, 3).encode(x).z
    torch.testing.assert_close(z[:, :3], 4 * torch.nn.functional.avg_pool2d(x, 4))


def test_details_go_from_coarse_to_fine():
    """A checkerboard of pixels is finest detail (the last 12 of 16); one of 2 × 2 is coarse."""
    row = torch.arange(8)
    fine = ((row[:, None] + row) % 2).float()[None, None]
    coarse = ((row[:, None] // 2 + row // 2) % 2).float()[None, None]
    energy = [haar(2).encode(x - 0.5).z.square().sum((0, 2, 3)) for x in (fine, coarse)]
    assert energy[0][:4].sum() == 0
    assert energy[0][12:].sum() == pytest.approx(16)  # all of 64 pixels of ±½
    assert energy[1].argmax() == 3
    assert energy[1][3] == pytest.approx(16)
