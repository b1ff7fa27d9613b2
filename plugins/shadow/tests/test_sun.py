"""Soft shadows: penumbra, parallax, order along the ray."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from restorebench_shadow.silhouettes import SILHOUETTES, N
from restorebench_shadow.sun import (
    SUN_DIAMETER,
    Occluder,
    direction,
    points,
    umbra,
    visibility,
)

FOCAL = 300.0
BEHIND = direction(0.0, np.pi / 2)  # the sun straight behind the camera


def half_plane(distance: float, reach: float = 0.6) -> Occluder:
    """Blocks the right half of the image, above a point straight ahead at 3 m."""
    silhouette = np.zeros((N, N), np.float32)
    silhouette[:, N // 2 :] = 1.0
    return Occluder(silhouette, np.array([0.0, 0.0, 3.0]), reach, distance)


def wall(depth: float = 3.0, width: int = 120):
    return points(np.full((1, 8, width), depth, np.float32), FOCAL)


def edge_width(distance: float) -> float:
    """The penumbra's width in metres, from the steepest slope of v across a straight edge.

    At the edge's middle, v falls by 2/π per sun radius: the diameter of a disc over its area.
    """
    v = visibility(wall(), FOCAL, BEHIND, [half_plane(distance)])[0, 4]
    slope = np.abs(np.diff(v)).max() / (3.0 / FOCAL)  # per metre
    return float(2 * (2 / np.pi) / slope)


@pytest.mark.parametrize("distance", [15.0, 30.0, 60.0])
def test_the_penumbra_is_the_distance_times_the_sun_s_angle(distance: float) -> None:
    assert edge_width(distance) == pytest.approx(distance * SUN_DIAMETER, rel=0.06)


def test_twice_the_distance_is_twice_the_penumbra() -> None:
    assert edge_width(60.0) / edge_width(30.0) == pytest.approx(2.0, rel=0.05)


def test_an_edge_hides_all_none_or_half_of_the_sun() -> None:
    v = visibility(wall(), FOCAL, BEHIND, [half_plane(10.0)])[0, 4]
    assert v[0] == pytest.approx(1.0, abs=1e-3)
    assert v[-1] == pytest.approx(0.0, abs=1e-3)
    assert v[59:61].mean() == pytest.approx(0.5, abs=0.02)


def test_the_penumbra_widens_along_an_occluder_that_leans() -> None:
    depth = np.full((1, 120, 120), 3.0, np.float32)
    leaning = replace(half_plane(6.0), lean=9.0)
    v = visibility(points(depth, FOCAL), FOCAL, BEHIND, [leaning])[0]
    steepest = np.abs(np.diff(v, axis=1)).max(axis=1)
    assert steepest[5] > 2 * steepest[-5]  # above the anchor near, below it far


def test_a_jump_in_depth_displaces_the_shadow() -> None:
    depth = np.full((1, 8, 200), 3.0, np.float32)
    depth[:, 4:] = 3.3
    s = direction(np.deg2rad(30), 0.0)  # the sun on the right
    dark = umbra(points(depth, FOCAL), s, [half_plane(2.0)])[0]
    edge = [int(np.argmax(row)) for row in dark]
    # 0.3 m behind the anchor the ray to the sun is 0.3·tan 30° further to the right there, so the
    # shadow's edge moves by that much to the left, f/z pixels a metre; the edge is at 100 before.
    moved = 100 - 0.3 * np.tan(np.deg2rad(30)) * FOCAL / 3.3
    assert edge[0] == pytest.approx(100, abs=1)
    assert edge[-1] == pytest.approx(moved, abs=1)


def test_what_is_nearer_to_the_sun_than_the_occluder_stays_lit() -> None:
    v = visibility(wall(depth=2.0), FOCAL, BEHIND, [half_plane(0.5)])
    np.testing.assert_array_equal(v, 1.0)


def test_a_speck_smaller_than_the_sun_never_hides_all_of_it() -> None:
    silhouette = np.zeros((N, N), np.float32)
    silhouette[N // 2 - 4 : N // 2 + 4, N // 2 - 4 : N // 2 + 4] = 1.0
    speck = replace(half_plane(8.0), silhouette=silhouette)
    texel, radius = 1.2 / (N - 1), 8.0 * np.tan(SUN_DIAMETER / 2)
    v = visibility(wall(), FOCAL, BEHIND, [speck])
    # The antumbra: the share of the disc's area that the speck covers.
    assert 1 - v.min() == pytest.approx((8 * texel) ** 2 / (np.pi * radius**2), rel=0.1)


@pytest.mark.parametrize("kind", SILHOUETTES)
def test_silhouettes_block_some_of_the_light(kind: str) -> None:
    silhouette = SILHOUETTES[kind](np.random.default_rng(1))
    assert silhouette.shape == (N, N)
    assert 0.0 <= silhouette.min() <= silhouette.max() <= 1.0
    assert 0.03 < silhouette.mean() < 0.8
