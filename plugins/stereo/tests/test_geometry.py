"""Disparity, its direction, and views of scenes built by hand."""

from __future__ import annotations

import numpy as np
import pytest

from restorebench.data.scenes import Layer, Scene
from restorebench.errors import SampleError
from restorebench_stereo.disparity import LEFT, RIGHT, Rig
from restorebench_stereo.render_views import stereo_views, view, views_of_photograph
from restorebench_stereo.sampling import keys_weights, moved, sampled

RIG = Rig(focal=100.0, baseline=0.2)  # d = 20 px at 1 m, 4 px at 5 m, 2 px at 10 m
HEIGHT, WIDTH, MARGIN = 4, 24, 6


def full(value: float) -> np.ndarray:
    return np.full((3, HEIGHT + 2 * MARGIN, WIDTH + 2 * MARGIN), value, np.float32)


def plane(depth: float, radiance: np.ndarray, first: int = 0, last: int = 999) -> Layer:
    """A plane that covers the image's columns ``first … last`` (margin at −MARGIN)."""
    alpha = np.zeros((1, *radiance.shape[1:]), np.float32)
    alpha[..., max(0, first + MARGIN) : last + MARGIN] = 1.0
    return Layer(radiance * alpha, alpha, depth)


def toy(*layers: Layer) -> Scene:
    return Scene("toy", HEIGHT, WIDTH, MARGIN, layers)


def textured(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).random(full(0).shape, np.float32)


def step_scene() -> tuple[Scene, np.ndarray]:
    """A black board at 5 m over columns 8 … 16, before a textured wall at 10 m."""
    wall = textured(1)
    return toy(plane(10.0, wall, first=-MARGIN), plane(5.0, full(0.0), 8, 16)), wall


def test_disparity_is_focal_length_times_baseline_over_depth() -> None:
    assert Rig(focal=721.5, baseline=0.54).disparity(10.0) == pytest.approx(38.961)  # KITTI's rig
    depth = np.array([1.0, 5.0, 10.0], np.float32)
    np.testing.assert_allclose(RIG.disparity(depth), [20.0, 4.0, 2.0])


def test_left_column_minus_right_column_is_the_disparity_and_near_things_move_more() -> None:
    for depth in (5.0, 10.0):
        scene = toy(plane(40.0, full(0.0), -MARGIN), plane(depth, full(1.0), 12, 13))
        left, right = (pair[0, 0].argmax() for pair in stereo_views(scene, RIG))
        assert left - right == RIG.disparity(depth) > 0


def test_a_whole_pixel_shift_moves_a_layer_bit_for_bit() -> None:
    wall = textured(2)
    left, right = stereo_views(toy(plane(5.0, wall, -MARGIN)), RIG)  # ±2 px
    rows = slice(MARGIN, MARGIN + HEIGHT)
    np.testing.assert_array_equal(left, wall[:, rows, MARGIN - 2 : MARGIN - 2 + WIDTH])
    np.testing.assert_array_equal(right, wall[:, rows, MARGIN + 2 : MARGIN + 2 + WIDTH])


def test_the_camera_between_the_two_sees_the_scene_itself() -> None:
    scene, _ = step_scene()
    np.testing.assert_array_equal(view(scene, RIG, 0.0), scene.composite())


@pytest.mark.parametrize(("side", "columns"), [(LEFT, (10, 18)), (RIGHT, (6, 14))])
def test_a_near_edge_hides_the_wall_and_uncovers_what_the_other_view_cannot_see(
    side: float, columns: tuple[int, int]
) -> None:
    scene, wall = step_scene()
    seen = view(scene, RIG, side)
    shift = int(2 * side)  # the wall moves by 1 px, the board by 2 px
    expected = wall[:, MARGIN : MARGIN + HEIGHT, MARGIN - shift : MARGIN - shift + WIDTH].copy()
    expected[..., slice(*columns)] = 0.0
    np.testing.assert_array_equal(seen, expected)


def test_an_edge_at_a_fraction_of_a_pixel_has_neither_halo_nor_colour_from_outside() -> None:
    bright, dark = full(0.9), full(0.1)
    scene = toy(plane(40.0, dark, -MARGIN), plane(5.0, bright, 8, 16))
    seen = view(scene, Rig(focal=100.0, baseline=0.25), LEFT)  # 2.5 px
    assert seen.min() >= 0.1 - 1e-6
    assert seen.max() <= 0.9 + 1e-6
    np.testing.assert_allclose(seen[0, 0, 10], 0.5, atol=1e-6)  # half covered


def test_cubic_weights_sum_to_one_and_reproduce_a_parabola() -> None:
    t = np.linspace(0, 0.99, 34, dtype=np.float32)
    weights = keys_weights(t)
    np.testing.assert_allclose(weights.sum(0), 1.0, atol=1e-6)
    parabola = sum(w * k**2 for w, k in zip(weights, (-1, 0, 1, 2), strict=True))
    np.testing.assert_allclose(parabola, t**2, atol=1e-6)  # Keys 1981: third-order accurate


def test_constant_shift_and_column_map_agree() -> None:
    image = textured(3)
    columns = np.full(image.shape[1:], -1.3, np.float32) + np.arange(image.shape[2])
    inner = slice(4, 30)
    np.testing.assert_allclose(
        moved(image, 1.3, 4, 26), sampled(image, columns)[..., inner], atol=1e-5
    )


def test_a_margin_too_narrow_is_an_error() -> None:
    with pytest.raises(SampleError, match="wider margin"):
        stereo_views(toy(plane(1.0, full(0.5), -MARGIN)), RIG)


def test_a_photograph_on_a_plane_parallel_to_the_cameras_moves_as_a_whole() -> None:
    photo = textured(4)
    depth = np.full((1, *photo.shape[1:]), 5.0, np.float32)  # d = 4 px, cut: 2 + 2 columns
    left, right = views_of_photograph(photo, depth, RIG)
    np.testing.assert_allclose(left[..., 4:], right[..., :-4], atol=1e-6)
    np.testing.assert_allclose(left, photo[..., 2:-6], atol=1e-6)
