"""Procedural scenes: the same every time, like photographs in their statistics, exact in depth."""

from __future__ import annotations

import subprocess
import sys
from functools import cache

import numpy as np
import pytest

from restorebench.data.colour import quantise, to_srgb
from restorebench.data.hashing import array_hash
from restorebench.data.scenes import MAX_MARGIN, Scene, fractal_noise, scene, scene_ids
from restorebench.errors import SampleError
from restorebench.types import Array


@cache
def full_size(scene_id: str) -> Scene:
    return scene(scene_id, 256, 384)


@pytest.fixture(params=["train-0000", "val-0003", "test-0011"])
def any_scene(request: pytest.FixtureRequest) -> Scene:
    return full_size(request.param)


def power_slope(field: Array) -> float:
    """The exponent of f in the radially averaged power spectrum of a square image."""
    side = field.shape[0]
    window = np.hanning(side)
    power = np.abs(np.fft.fft2((field - field.mean()) * np.outer(window, window))) ** 2
    f = np.hypot(np.fft.fftfreq(side)[:, None], np.fft.fftfreq(side))
    bins = np.geomspace(0.02, 0.35, 15)
    ring = np.digitize(f, bins)
    means = [(f[ring == i].mean(), power[ring == i].mean()) for i in range(1, len(bins))]
    return float(np.polyfit(*np.log(means).T, 1)[0])


def test_a_scene_is_a_function_of_its_id() -> None:
    first, again, other = (scene(i, 40, 60) for i in ("test-0001", "test-0001", "test-0002"))
    assert array_hash(first.composite()) == array_hash(again.composite())
    assert [layer.depth for layer in first.layers] == [layer.depth for layer in again.layers]
    assert array_hash(first.composite()) != array_hash(other.composite())


def test_another_process_makes_the_same_pixels() -> None:
    code = (
        "from restorebench.data.scenes import scene\n"
        "from restorebench.data.hashing import array_hash\n"
        "s = scene('val-0002', 40, 60, margin=8); print(array_hash(s.layers[-3].radiance))"
    )
    said = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    here = scene("val-0002", 40, 60, margin=8).layers[-3].radiance
    assert said.stdout.strip() == array_hash(here)


def test_the_global_random_state_is_neither_read_nor_moved() -> None:
    np.random.seed(0)
    before = np.random.get_state()[1].copy()  # type: ignore[index,union-attr]
    first = scene("test-0005", 30, 30).composite()
    np.testing.assert_array_equal(before, np.random.get_state()[1])  # type: ignore[index]
    np.random.seed(1)
    np.testing.assert_array_equal(first, scene("test-0005", 30, 30).composite())


def test_no_two_scenes_of_any_splits_are_the_same() -> None:
    ids = [i for split in ("train", "val", "test") for i in scene_ids(split, 6)]
    pixels = [array_hash(quantise(to_srgb(scene(i, 24, 32).composite()))) for i in ids]
    assert len(set(ids)) == len(set(pixels)) == 18


def test_ids_name_their_split_and_a_longer_split_begins_with_the_shorter() -> None:
    assert scene_ids("train", 3) == ("train-0000", "train-0001", "train-0002")
    assert scene_ids("train", 64)[:3] == scene_ids("train", 3)


def test_planes_go_from_far_to_near_and_the_background_is_opaque(any_scene: Scene) -> None:
    depths = [layer.depth for layer in any_scene.layers]
    assert 12 <= len(depths) <= 20
    assert depths == sorted(depths, reverse=True)
    assert len(set(depths)) == len(depths)
    assert 25 < depths[0] <= 40
    assert 1.5 <= depths[-1] < 2.5
    assert (any_scene.layers[0].alpha == 1).all()


def test_layers_are_light_and_coverage(any_scene: Scene) -> None:
    for layer in any_scene.layers:
        assert layer.radiance.dtype == layer.alpha.dtype == np.float32
        assert layer.radiance.shape == (3, 256, 384)
        assert layer.alpha.shape == (1, 256, 384)
        for value in (layer.radiance, layer.alpha):
            assert 0 <= value.min() <= value.max() <= 1


def test_depth_is_that_of_the_nearest_plane_that_covers_the_pixel(any_scene: Scene) -> None:
    depth = any_scene.depth_map()[0]
    rng = np.random.default_rng(0)
    for y, x in zip(rng.integers(0, 256, 300), rng.integers(0, 384, 300), strict=True):
        covering = [ly.depth for ly in any_scene.layers if ly.alpha[0, y, x] >= 0.5]
        assert depth[y, x] == np.float32(min(covering))


def test_where_a_plane_covers_all_the_image_shows_its_light(any_scene: Scene) -> None:
    nearest = any_scene.layers[-1]
    whole = nearest.alpha[0] == 1
    assert whole.any()
    assert (any_scene.depth_map()[0][whole] == np.float32(nearest.depth)).all()
    np.testing.assert_allclose(
        any_scene.composite()[:, whole], nearest.radiance[:, whole], atol=1e-6
    )


def test_compositing_is_over_from_far_to_near() -> None:
    here = scene("train-0007", 32, 48)
    light = np.zeros((3, 32, 48))
    for layer in here.layers:
        light = layer.alpha * layer.radiance + (1 - layer.alpha) * light
    np.testing.assert_allclose(here.composite(), light, atol=1e-5)


def test_near_planes_leave_the_far_ones_visible(any_scene: Scene) -> None:
    depth = any_scene.depth_map()
    assert (depth > 15).mean() > 0.2
    assert (depth < 5).mean() > 0.15
    shown = [(depth == np.float32(layer.depth)).any() for layer in any_scene.layers]
    assert sum(shown) >= len(shown) - 1


def test_images_span_dark_to_light(any_scene: Scene) -> None:
    low, middle, high = np.percentile(to_srgb(any_scene.composite()), (1, 50, 99))
    assert low < 0.12
    assert 0.2 < middle < 0.75
    assert high > 0.75


def test_the_power_spectrum_falls_as_that_of_natural_images() -> None:
    """About f⁻² (Field, JOSA A 1987); photographs range from f^−1.6 to f^−2.6 or so."""
    slopes = [
        power_slope(to_srgb(full_size(i).composite()).mean(axis=0)[:, x : x + 256])
        for i in ("train-0000", "val-0003", "test-0011")
        for x in (0, 128)
    ]
    assert -2.6 < np.mean(slopes) < -1.6
    assert max(slopes) - min(slopes) < 0.8


@pytest.mark.parametrize("margin", [1, 20, MAX_MARGIN])
def test_a_margin_changes_nothing_inside_it(margin: int) -> None:
    bare, wide = scene("val-0001", 48, 64), scene("val-0001", 48, 64, margin=margin)
    assert wide.layers[0].radiance.shape == (3, 48 + 2 * margin, 64 + 2 * margin)
    assert len(wide.layers) == len(bare.layers)
    np.testing.assert_allclose(wide.composite(), bare.composite(), atol=1e-6)
    np.testing.assert_array_equal(wide.depth_map(), bare.depth_map())


@pytest.mark.parametrize(("height", "width"), [(1, 1), (7, 5), (31, 64), (128, 33)])
def test_any_size_will_do(height: int, width: int) -> None:
    here = scene("train-0001", height, width)
    assert here.composite().shape == (3, height, width)
    assert here.depth_map().shape == (1, height, width)


@pytest.mark.parametrize("wrong", [{"height": 0}, {"margin": -1}, {"margin": MAX_MARGIN + 1}])
def test_impossible_sizes_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(SampleError, match="'train-0001'"):
        scene("train-0001", **{"height": 8, "width": 8, **wrong})


@pytest.mark.parametrize("exponent", [0.0, 1.0, 2.0, 3.0])
def test_fractal_noise_has_the_spectrum_asked_for(exponent: float) -> None:
    field = fractal_noise(np.random.default_rng(1), 256, 256, exponent)
    assert (field.min(), field.max()) == (0.0, 1.0)
    assert power_slope(field) == pytest.approx(-exponent, abs=0.15)


def test_fractal_noise_of_one_pixel_is_a_number() -> None:
    assert fractal_noise(np.random.default_rng(1), 1, 1) == 0.5
