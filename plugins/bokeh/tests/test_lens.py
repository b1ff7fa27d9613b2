"""The circle of confusion against the thin lens's closed form, worked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from restorebench.errors import OptionError
from restorebench_bokeh.lens import (
    blur_diameter,
    circle_of_confusion,
    disparity,
    focus_distance,
    relative_defocus,
)


def test_infinity_behind_a_50_mm_lens_at_f_1_8_focused_at_2_m() -> None:
    # A = 50/1.8 = 27.778 mm, m = 50/(2000 − 50) = 0.025641: c = 0.71225 mm
    assert circle_of_confusion(np.inf, 2.0, 50.0, 1.8) == pytest.approx(0.712251, abs=1e-6)


def test_a_point_nearer_than_the_focus_is_blurred_too() -> None:
    # |1 − 2|/1 = 1: a point at half the focus distance is as blurred as infinity
    assert circle_of_confusion(1.0, 2.0, 50.0, 1.8) == pytest.approx(0.712251, abs=1e-6)


def test_a_point_in_focus_is_a_point() -> None:
    assert circle_of_confusion(2.0, 2.0, 50.0, 1.8) == 0.0
    assert blur_diameter(2.0, 2.0, 35.0, 1.8) == 0.0


def test_blur_is_proportional_to_one_over_the_f_number() -> None:
    depth = np.array([0.7, 1.5, 3.0, 40.0])
    wide = circle_of_confusion(depth, 2.0, 50.0, 2.0)
    narrow = circle_of_confusion(depth, 2.0, 50.0, 16.0)
    np.testing.assert_allclose(wide, 8 * narrow, rtol=1e-12)


def test_disparity_is_the_blur_of_infinity_at_f_1_in_pixels() -> None:
    # 50²/1950 = 1.28205 mm on 36 mm across 384 px = 10.6667 px/mm: 13.675 px
    assert disparity(2.0, 50.0, 384) == pytest.approx(13.6752, abs=1e-4)
    assert blur_diameter(np.inf, 2.0, 13.6752, 1.0) == pytest.approx(13.6752)


def test_pixels_and_millimetres_tell_the_same_blur() -> None:
    depth = np.array([1.2, 2.0, 5.0, 40.0])
    pixels = blur_diameter(depth, 2.0, disparity(2.0, 85.0, 512), 1.4)
    sensor = circle_of_confusion(depth, 2.0, 85.0, 1.4)
    np.testing.assert_allclose(pixels, sensor * 512 / 36.0, rtol=1e-12)


def test_focus_distance_is_the_inverse_of_disparity() -> None:
    assert focus_distance(disparity(2.5, 50.0, 384), 50.0, 384) == pytest.approx(2.5, rel=1e-12)


def test_defocus_has_the_sign_of_behind_and_in_front() -> None:
    assert relative_defocus(np.array([1.0, 2.0, np.inf]), 2.0).tolist() == [-1.0, 0.0, 1.0]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: circle_of_confusion(1.0, 0.05, 50.0, 1.8), "cannot be focused at 0.05 m"),
        (lambda: disparity(0.01, 50.0, 384), "must exceed the focal length"),
        (lambda: circle_of_confusion(1.0, 2.0, 50.0, 0.0), "f-number is positive"),
        (lambda: relative_defocus(np.array([1.0, 0.0]), 2.0), "depths are positive"),
        (lambda: focus_distance(0.0, 50.0, 384), "no finite focus distance"),
    ],
)
def test_impossible_optics_are_refused(call, message) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(OptionError, match=message):
        call()
