"""8 bit and the sRGB curve of IEC 61966-2-1."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from restorebench.data.colour import as_float, quantise, through_8bit, to_linear, to_srgb
from restorebench.errors import ImageError

LEVELS = np.arange(256, dtype=np.uint8)


def test_all_levels_survive_the_way_through_floats() -> None:
    np.testing.assert_array_equal(quantise(as_float(LEVELS)), LEVELS)
    np.testing.assert_array_equal(through_8bit(as_float(LEVELS)), as_float(LEVELS))


def test_all_levels_survive_the_way_through_linear_light() -> None:
    np.testing.assert_array_equal(quantise(to_srgb(to_linear(as_float(LEVELS)))), LEVELS)


@pytest.mark.parametrize(
    ("srgb", "linear"),
    [
        (0.0, 0.0),
        (0.04045, 0.04045 / 12.92),  # the straight piece ends here
        (0.5, 0.21404114),
        (1.0, 1.0),
    ],
)
def test_the_curve_has_the_standards_values(srgb: float, linear: float) -> None:
    """IEC 61966-2-1:1999, 5.2: C = ((C' + 0.055) / 1.055)^2.4 above 0.04045, else C' / 12.92."""
    assert to_linear(np.array(srgb)) == pytest.approx(linear, abs=1e-7)
    assert to_srgb(np.array(linear)) == pytest.approx(srgb, abs=1e-6)


def test_the_pieces_of_the_curve_meet() -> None:
    around = np.array([0.04045 - 1e-6, 0.04045 + 1e-6])
    assert float(np.ptp(to_linear(around))) < 1e-6
    around = np.array([0.0031308 - 1e-7, 0.0031308 + 1e-7])
    assert float(np.ptp(to_srgb(around))) < 1e-5


@given(st.floats(0, 1), st.floats(0, 1))
def test_both_curves_rise(a: float, b: float) -> None:
    low, high = np.array(min(a, b)), np.array(max(a, b))
    assert to_linear(low) <= to_linear(high)
    assert to_srgb(low) <= to_srgb(high)


def test_light_outside_the_range_is_clipped() -> None:
    np.testing.assert_allclose(to_srgb(np.array([-0.1, 1.5])), [0, 1], atol=1e-7)
    assert to_srgb(np.array([1.5])) <= 1.0


def test_rounding_is_to_nearest_with_halves_up() -> None:
    thirds = np.array([0.4, 0.5, 0.6, 1.5, 254.49, 254.5, 300, -3], np.float64) / 255
    np.testing.assert_array_equal(quantise(thirds), [0, 1, 1, 2, 254, 255, 255, 0])


@given(st.floats(0, 1, width=32))
def test_a_value_moves_by_half_a_level_at_most(value: float) -> None:
    image = np.array([value], np.float32)
    assert abs(float(through_8bit(image)[0]) - value) <= 0.5 / 255 + 1e-7


@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 3, 4, 5)])
def test_any_shape_is_kept(shape: tuple[int, ...]) -> None:
    image = np.full(shape, 0.25)
    for change in (to_linear, to_srgb, quantise, through_8bit):
        assert change(image).shape == shape
    assert to_linear(image).dtype == to_srgb(image).dtype == np.float32
    assert quantise(image).dtype == np.uint8


def test_what_is_not_a_number_has_no_level() -> None:
    with pytest.raises(ImageError, match="NaN"):
        quantise(np.array([0.5, np.nan]))


@pytest.mark.parametrize("kind", [np.uint16, np.float32, np.int64, bool])
def test_only_8_bit_becomes_a_image(kind: type) -> None:
    with pytest.raises(ImageError, match="expected 8 bit"):
        as_float(np.zeros((1, 3, 2, 2), kind))
