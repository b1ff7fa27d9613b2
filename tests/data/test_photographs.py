"""Photographs come from scikit-image's wheel, never from the network."""

from __future__ import annotations

import socket
from typing import Any, NoReturn

import numpy as np
import pytest

from restorebench.data import photographs
from restorebench.data.hashing import array_hash
from restorebench.data.photographs import PHOTOGRAPHS, assumed_depth, motorcycle, photograph
from restorebench.errors import ImageError, UnknownNameError

EVERY = [name for split in PHOTOGRAPHS.values() for name in split]


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: Any, **kwargs: Any) -> NoReturn:
        pytest.fail("a photograph asked for the network")

    monkeypatch.setattr(socket, "socket", refuse)


@pytest.mark.parametrize("name", EVERY)
def test_every_photograph_is_there(name: str) -> None:
    pixels = photograph(name)
    assert pixels.dtype == np.uint8
    assert pixels.shape[0] == 3
    assert min(pixels.shape[1:]) >= 300
    assert pixels.std() > 20


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("astronaut", (512, 512)),
        ("chelsea", (300, 451)),
        ("coffee", (400, 600)),
        ("motorcycle", (500, 741)),
    ],
)
def test_test_photographs_have_their_known_sizes(name: str, size: tuple[int, int]) -> None:
    assert photograph(name).shape[1:] == size


def test_no_photograph_is_in_two_splits() -> None:
    assert set(PHOTOGRAPHS) == {"train", "val", "test"}
    assert len(EVERY) == len({array_hash(photograph(name)) for name in EVERY})


def test_pixels_are_those_that_scikit_image_gives() -> None:
    import skimage.data

    np.testing.assert_array_equal(photograph("coffee").transpose(1, 2, 0), skimage.data.coffee())


def test_an_unknown_photograph_is_named_with_those_there_are() -> None:
    with pytest.raises(UnknownNameError, match=r"'lena'.*astronaut"):
        photograph("lena")


def test_a_wheel_without_images_is_a_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(photographs._FILES, "rocket", "gone.jpg")
    with pytest.raises(ImageError, match=r"gone\.jpg is missing.*install"):
        photograph("rocket")


def test_disparity_takes_the_left_view_to_the_right_one() -> None:
    """Column x of the left view is column x − d of the right one, where d was measured."""
    pair = motorcycle()
    column = np.arange(741)
    errors = {}
    for sign in (-1, 0, 1):
        source = np.clip(np.rint(column + sign * pair.disparity[0]), 0, 740).astype(int)
        moved = np.take_along_axis(pair.right, np.broadcast_to(source, (3, 500, 741)), axis=2)
        difference = np.abs(moved.astype(float) - pair.left)
        errors[sign] = float(difference[:, pair.valid[0]].mean())
    assert errors[-1] < 10
    assert errors[-1] < 0.3 * min(errors[0], errors[1])


def test_holes_are_filled_from_the_background_and_marked() -> None:
    pair = motorcycle()
    measured = pair.disparity[pair.valid]
    assert 0.9 < pair.valid.mean() < 0.95
    assert np.isfinite(pair.disparity).all()
    assert measured.min() <= pair.disparity.min() <= pair.disparity.max() <= measured.max()
    assert pair.disparity[~pair.valid].mean() < measured.mean()


def test_a_hole_takes_the_farther_of_its_neighbours() -> None:
    row = np.array([[np.inf, 5, np.inf, np.inf, 2, 9, np.inf]], np.float32)
    filled = photographs._fill_from_background(row, np.isfinite(row))
    np.testing.assert_array_equal(filled, [[5, 5, 2, 2, 2, 9, 9]])


def test_motorcycle_has_its_real_depth() -> None:
    """Z = 193.001 mm · 994.978 px / (d + 31.086 px), the calibration at 741 px width."""
    pair, depth = motorcycle(), assumed_depth("motorcycle", 500, 741)
    y, x = 250, 370
    expected = 0.193001 * 994.978 / (float(pair.disparity[0, y, x]) + 31.086)
    assert depth[0, y, x] == pytest.approx(expected, rel=1e-6)
    assert 2 < depth.min() < depth.max() < 6


def test_real_depth_is_not_stretched_to_another_size() -> None:
    with pytest.raises(ImageError, match="motorcycle"):
        assumed_depth("motorcycle", 250, 370)


def test_the_others_are_assumed_to_stand_on_a_plane_that_recedes_upwards() -> None:
    depth = assumed_depth("coffee", 40, 60)
    assert (depth.shape, depth.dtype) == ((1, 40, 60), np.float32)
    assert (np.diff(depth[0, :, 0]) < 0).all()
    assert (depth == depth[:, :, :1]).all()
    np.testing.assert_allclose(np.diff(1 / depth[0, :, 0], n=2), 0, atol=1e-6)
    assert (depth[0, 0, 0], depth[0, -1, 0]) == (20, 2)
