"""The dark channel prior finds the transmission and removes the haze."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from skimage.metrics import peak_signal_noise_ratio as psnr

from restorebench.errors import OptionError
from restorebench.restorers.base import Context
from restorebench.types import Array, Sample
from restorebench_dehaze.dark_channel import DarkChannel, airlight, dark_channel
from restorebench_dehaze.datasets import scenes

A = np.array([0.95, 0.92, 0.9])
CONTEXT = Context("dehaze")


def colourful(height: int, width: int) -> NDArray[np.float64]:
    """An image that the prior holds for: saturated texture, some channel near zero everywhere."""
    rng = np.random.default_rng(0)
    pixels = rng.random((3, height, width)) * 0.8
    return np.where(rng.integers(0, 3, (height, width)) == np.arange(3)[:, None, None], 0, pixels)


def known_haze() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """`colourful` behind a smooth t from 0.9 to 0.2, and above it a sky that is all airlight."""
    t = np.linspace(0.2, 0.9, 96)[:, None] + 0.05 * np.sin(np.arange(128) / 20)
    t[:12] = 0
    return colourful(96, 128) * t + A[:, None, None] * (1 - t), t


def as_sample(pixels: NDArray[np.float64]) -> Sample:
    return Sample("s", pixels.astype(np.float32)[None])


def test_the_dark_channel_is_the_least_value_in_the_window() -> None:
    image = np.random.default_rng(0).random((3, 12, 14))
    dark = dark_channel(image, 5)
    assert dark[6, 7] == image[:, 4:9, 5:10].min()
    assert dark[0, 13] == image[:, :3, 11:].min()


def test_the_airlight_is_found_in_the_haziest_place_not_in_the_brightest() -> None:
    hazy, _ = known_haze()
    hazy[:, 60, 60] = 1.0
    np.testing.assert_allclose(airlight(hazy, 15), A)


def test_it_recovers_a_known_transmission() -> None:
    hazy, t = known_haze()
    found = DarkChannel(omega=1.0, patch=5, radius=8).transmission(hazy, A[:, None, None])
    error = np.abs(found - t)[24:]  # below the sky's edge, where a patch straddles both
    assert error.mean() < 0.02
    assert error.max() < 0.1


def test_omega_is_the_share_of_the_haze_that_is_removed() -> None:
    hazy, _ = known_haze()
    whole = DarkChannel(omega=1.0).transmission(hazy, A[:, None, None])
    half = DarkChannel(omega=0.5).transmission(hazy, A[:, None, None])
    np.testing.assert_allclose(1 - half, 0.5 * (1 - whole), atol=1e-9)


def test_it_recovers_the_clear_image_behind_a_known_haze() -> None:
    hazy, _ = known_haze()
    clear, below_sky = colourful(96, 128), np.s_[:, 24:]
    found = DarkChannel(omega=1.0, patch=5, radius=8).restore(as_sample(hazy), CONTEXT).image[0]
    assert psnr(clear[below_sky], found[below_sky], data_range=1.0) > 25
    assert psnr(clear[below_sky], hazy[below_sky], data_range=1.0) < 12


@pytest.mark.parametrize("index", [0, 3])
def test_it_beats_identity_on_a_validation_scene(index: int) -> None:
    val = scenes("val")
    sample = val[val.ids[index]]
    assert sample.target is not None
    restored = DarkChannel().restore(sample.without_target(), CONTEXT).image
    before = psnr(sample.target, sample.degraded, data_range=1.0)
    assert psnr(sample.target, restored, data_range=1.0) > before + 1


@pytest.mark.parametrize("shape", [(2, 3, 1, 1), (1, 3, 7, 300), (1, 3, 130, 2)])
def test_it_works_on_any_size_and_every_view(shape: tuple[int, ...]) -> None:
    pixels: Array = np.random.default_rng(0).random(shape, np.float32)
    image = DarkChannel().restore(Sample("s", pixels), CONTEXT).image
    assert image.shape == shape
    assert image.dtype == np.float32
    assert image.min() >= 0
    assert image.max() <= 1


def test_strips_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    restorer, sample = DarkChannel(patch=3, radius=4), as_sample(known_haze()[0])
    whole = restorer.restore(sample, CONTEXT).image
    monkeypatch.setattr("restorebench_dehaze.dark_channel.STRIP", 7 * 128)
    np.testing.assert_array_equal(restorer.restore(sample, CONTEXT).image, whole)


@pytest.mark.parametrize("level", [0.0, 0.5, 1.0])
def test_a_flat_image_stays_as_it_is(level: float) -> None:
    flat = np.full((1, 3, 20, 30), level, np.float32)
    image = DarkChannel().restore(Sample("s", flat), CONTEXT).image
    np.testing.assert_allclose(image, flat, atol=1e-6)


@pytest.mark.parametrize(
    "option",
    [
        {"omega": 1.5},
        {"omega": float("nan")},
        {"omega": "much"},
        {"patch": 4},
        {"patch": 15.0},
        {"patch": True},
        {"radius": 0},
        {"eps": 0.0},
        {"eps": float("inf")},
        {"t0": 0.0},
        {"t0": 2},
    ],
)
def test_an_option_that_does_not_fit_is_named(option: dict[str, Any]) -> None:
    (name,) = option
    with pytest.raises(OptionError, match=f"dark-channel: {name}="):
        DarkChannel(**option)
