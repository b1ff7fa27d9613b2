"""Haze obeys the closed forms of Koschmieder's law."""

from __future__ import annotations

import numpy as np
import pytest

from restorebench.data.scenes import Layer, Scene, scene
from restorebench.types import Array
from restorebench_dehaze.haze import FAR_TAU, Haze, draw_haze, slab_edges

A = np.array([0.9, 0.88, 0.85], np.float32)
J = np.random.default_rng(0).random((3, 5, 7), np.float32)


def medium(edges: list[float], betas: list[float]) -> Haze:
    """Haze that is the same across the image."""
    beta = np.array(betas, np.float32)[:, None, None] * np.ones((1, 5, 7), np.float32)
    return Haze(np.array(edges, np.float32), beta, A)


def random_haze(seed: int = 0, far: float = 30.0) -> Haze:
    return draw_haze(np.random.default_rng(seed), 24, 40, far)


def layer(radiance: Array, alpha: float, depth: float) -> Layer:
    return Layer(radiance, np.full((1, *radiance.shape[1:]), alpha, np.float32), depth)


def drawn_layers(haze: Haze, radiance: Array) -> tuple[Layer, ...]:
    """Three layers of soft coverage over an opaque one, all of one radiance."""
    alphas = np.random.default_rng(1).random((3, 1, *haze.beta.shape[1:])).astype(np.float32)
    near = [Layer(radiance, a, d) for a, d in zip(alphas, (20.0, 9.0, 2.0), strict=True)]
    return (layer(radiance, 1.0, 30.0), *near)


@pytest.mark.parametrize("depth", [0.5, 2.0, 10.0, 35.0])
def test_homogeneous_haze_is_the_textbook_formula(depth: float) -> None:
    haze = medium([0.0, 2.0, 8.0], [0.1, 0.1, 0.1])
    t = np.exp(-0.1 * depth)
    expected = J * t + A[:, None, None] * (1 - t)
    np.testing.assert_allclose(haze.veil(J, depth), expected, rtol=1e-5)


@pytest.mark.parametrize(("depth", "tau"), [(1.0, 0.2), (3.0, 0.65), (10.0, 0.65 + 7 * 0.01)])
def test_optical_depth_adds_the_slabs_that_the_ray_crosses(depth: float, tau: float) -> None:
    haze = medium([0.0, 2.0, 3.0], [0.2, 0.25, 0.01])
    np.testing.assert_allclose(haze.optical_depth(depth), tau, rtol=1e-5)


def test_optical_depth_is_the_integral_of_beta_along_the_ray() -> None:
    haze, depth, steps = random_haze(), 17.0, 20_000
    s = (np.arange(steps) + 0.5) * depth / steps
    slab = np.searchsorted(haze.edges, s, side="right") - 1
    tau = (np.bincount(slab, minlength=len(haze.edges)) * depth / steps) @ haze.beta[:, 3, 5]
    assert haze.optical_depth(depth)[0, 3, 5] == pytest.approx(tau, rel=1e-3)


def test_each_pixel_is_veiled_at_its_own_depth() -> None:
    haze = medium([0.0, 2.0], [0.3, 0.1])
    depth = np.linspace(0.1, 30, 35, dtype=np.float32).reshape(1, 5, 7)
    whole, alone = haze.veil(J, depth), haze.veil(J, float(depth[0, 2, 3]))
    np.testing.assert_allclose(whole[:, 2, 3], alone[:, 2, 3], rtol=1e-6)


def test_nothing_is_lost_at_depth_zero() -> None:
    np.testing.assert_array_equal(medium([0.0, 2.0], [0.3, 0.1]).veil(J, 0.0), J)


def test_far_away_only_airlight_is_left() -> None:
    far = medium([0.0, 2.0], [0.3, 0.1]).veil(J, 500.0)
    np.testing.assert_allclose(far, np.broadcast_to(A[:, None, None], far.shape), rtol=1e-6)


def test_transmission_never_rises_with_depth() -> None:
    haze = random_haze()
    t = np.concatenate([haze.transmission(d) for d in np.linspace(0, 60, 61)])
    assert (np.diff(t, axis=0) <= 0).all()
    assert (t > 0).all()
    assert (t <= 1).all()


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_an_airlight_coloured_scene_neither_gains_nor_loses_light(seed: int) -> None:
    haze = random_haze(seed)
    radiance = np.ones((3, 24, 40), np.float32) * haze.airlight[:, None, None]
    seen = haze.veil_scene(Scene("s", 24, 40, 0, drawn_layers(haze, radiance)))
    np.testing.assert_allclose(seen, radiance, rtol=1e-5)


def test_light_that_scene_and_airlight_send_in_adds_to_the_light_seen() -> None:
    haze = random_haze()
    no_air = Haze(haze.edges, haze.beta, np.zeros(3, np.float32))
    bright, dark = np.full((3, 24, 40), 0.7, np.float32), np.zeros((3, 24, 40), np.float32)
    direct = no_air.veil_scene(Scene("s", 24, 40, 0, drawn_layers(haze, bright)))
    scattered = haze.veil_scene(Scene("s", 24, 40, 0, drawn_layers(haze, dark)))
    both = haze.veil_scene(Scene("s", 24, 40, 0, drawn_layers(haze, bright)))
    np.testing.assert_allclose(direct + scattered, both, rtol=1e-5)
    np.testing.assert_allclose(
        direct / 0.7 + scattered / haze.airlight[:, None, None], 1, rtol=1e-5
    )


def test_a_half_covered_pixel_mixes_the_two_veiled_layers() -> None:
    haze = medium([0.0, 4.0], [0.1, 0.2])
    layers = (layer(J, 1.0, 30.0), layer(1 - J, 0.5, 3.0))
    mixed = haze.veil_scene(Scene("s", 5, 7, 0, layers))
    expected = (haze.veil(J, 30.0) + haze.veil(1 - J, 3.0)) / 2
    np.testing.assert_allclose(mixed, expected, rtol=1e-5)


def test_clear_air_shows_the_scene_as_it_is() -> None:
    clear = scene("train-0000", 5, 7)
    seen = medium([0.0], [0.0]).veil_scene(clear)
    np.testing.assert_allclose(seen, clear.composite(), atol=1e-6)


def test_the_margin_of_a_scene_is_cut_off() -> None:
    haze = medium([0.0], [0.1])
    wide = np.pad(J, ((0, 0), (2, 2), (2, 2)))
    seen = haze.veil_scene(Scene("s", 5, 7, 2, (layer(wide, 1.0, 6.0),)))
    np.testing.assert_allclose(seen, haze.veil(J, 6.0), rtol=1e-6)


@pytest.mark.parametrize("seed", range(5))
def test_drawn_haze_is_patchy_and_of_the_stated_strength(seed: int) -> None:
    haze = random_haze(seed, far=30.0)
    tau = haze.optical_depth(30.0)
    assert FAR_TAU[0] <= tau.mean() <= FAR_TAU[1]
    assert tau.std() > 0.05 * tau.mean()
    assert haze.visibility == pytest.approx(3.912 * 30.0 / tau.mean(), rel=1e-3)
    assert 0.7 <= haze.airlight.min() <= haze.airlight.max() <= 1.0


def test_slabs_begin_at_the_camera_and_grow_in_equal_ratios() -> None:
    edges = slab_edges(32.0)
    assert edges[0] == 0.0
    assert edges[1] == pytest.approx(2.0)
    np.testing.assert_allclose(edges[2:] / edges[1:-1], edges[2] / edges[1], rtol=1e-5)
    assert edges[-1] < 32.0


def test_haze_is_a_function_of_its_generator() -> None:
    np.testing.assert_array_equal(random_haze(3).beta, random_haze(3).beta)
    assert not np.array_equal(random_haze(3).beta, random_haze(4).beta)
