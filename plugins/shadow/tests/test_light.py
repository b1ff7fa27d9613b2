"""The two-light model in closed form."""

from __future__ import annotations

import numpy as np
import pytest

from restorebench.errors import OptionError
from restorebench_shadow.light import Daylight, daylight, left_over, shade


@pytest.fixture(name="J")
def radiance():
    return np.random.default_rng(0).uniform(0, 1, (3, 6, 7)).astype(np.float32)


def test_daylight_of_6504_kelvin_is_the_white_of_srgb() -> None:
    # D65 is the daylight of about 6504 K and the white point of sRGB (CIE 15; IEC 61966-2-1).
    np.testing.assert_allclose(daylight(6504), 1.0, atol=2e-3)


@pytest.mark.parametrize("kelvin", [4000, 5000, 7000, 12000, 25000])
def test_daylight_has_luminance_one(kelvin: float) -> None:
    # Rec. 709 luminance weights.
    assert daylight(kelvin) @ [0.2126, 0.7152, 0.0722] == pytest.approx(1, abs=2e-3)


@pytest.mark.parametrize("kelvin", [3999, 25001, float("nan")])
def test_daylight_is_refused_where_the_cie_does_not_define_it(kelvin: float) -> None:
    with pytest.raises(OptionError, match="4000 to 25000 K"):
        daylight(kelvin)


def test_the_sky_is_bluer_than_the_sun() -> None:
    red, green, blue = Daylight(5500, 12000, 0.3).ambient()
    assert red < green < blue


def test_a_sky_of_the_sun_s_colour_leaves_its_share_in_every_channel() -> None:
    np.testing.assert_allclose(Daylight(5500, 5500, 0.3).ambient(), 0.3)


def test_full_light_leaves_the_image_bit_for_bit(J) -> None:
    left = left_over(np.array([0.2, 0.3, 0.4]), np.full((1, 6, 7), 0.7, np.float32), np.ones(3))
    np.testing.assert_array_equal(shade(J, np.ones((1, 6, 7), np.float32), left), J)


def test_full_shadow_under_an_open_sky_multiplies_by_the_ambient_share(J) -> None:
    a = np.array([0.2, 0.3, 0.4])
    dark = np.zeros((1, 6, 7), np.float32)
    I = shade(J, dark, left_over(a, dark + 1, np.full(3, 0.5)))  # noqa: E741
    np.testing.assert_allclose(I / J, np.broadcast_to(a[:, None, None], J.shape), rtol=1e-6)


def test_what_hides_the_sky_lends_its_own_colour() -> None:
    rho, kappa = np.array([0.5, 0.2, 0.1]), np.full((1, 1, 1), 0.25, np.float32)
    # a (κ + (1 − κ) ρ) with a = 0.4, κ = 1/4
    expected = 0.4 * (0.25 + 0.75 * rho)
    np.testing.assert_allclose(left_over(np.full(3, 0.4), kappa, rho)[:, 0, 0], expected, rtol=1e-6)


def test_half_the_sun_is_halfway_between_shadow_and_light(J) -> None:
    left = np.full_like(J, 0.3)
    half = shade(J, np.full((1, 6, 7), 0.5, np.float32), left)
    np.testing.assert_allclose(half, 0.65 * J, rtol=1e-6)
