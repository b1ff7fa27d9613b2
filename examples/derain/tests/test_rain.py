"""The physics: closed forms, light that is neither lost nor made, drops that the scene hides."""

from __future__ import annotations

import numpy as np
import pytest

from restorebench.data.seeding import rng_of
from restorebench_derain.rain import FAR, NEAR, Rain, draw_rain, fall_speed

RAIN = Rain(rate=100, wind=0, light=1.0)
SHAPE = (64, 96)


def seen(rain: Rain, depth: float, light: float = 0.0, seed: str = "a") -> np.ndarray:
    """A grey wall at one distance, through the rain."""
    wall = np.full((3, *SHAPE), light, np.float32)
    return rain.over(wall, np.full((1, *SHAPE), depth, np.float32), rng_of(seed))


def test_marshall_and_palmers_slope():
    assert Rain(rate=1, wind=0, light=1).slope == pytest.approx(4.1)
    assert RAIN.slope == pytest.approx(4.1 * 100**-0.21)


def test_the_speed_of_fall_is_the_measured_one():
    """Gunn and Kinzer (1949): 4.03 m/s at 1 mm, 8.06 at 3 mm, 9.09 at 5 mm."""
    speeds = fall_speed(np.array([1.0, 3.0, 5.0]))
    np.testing.assert_allclose(speeds, [4.03, 8.06, 9.09], rtol=0.03)


def test_the_mean_opacity_of_streaks_is_that_of_a_veil():
    """Drawn one by one, drops cover what the integral over their sizes says."""
    walls = [seen(RAIN, FAR, seed=str(n)) for n in range(4)]
    opacity = np.mean([-np.log(1 - wall) for wall in walls])
    sizes = np.linspace(0.5, 30, 20000)
    density = 8000 * np.exp(-RAIN.slope * sizes) * np.pi / 4 * sizes**2 * 1e-6
    assert opacity == pytest.approx((FAR - NEAR) * np.trapezoid(density, sizes), rel=0.05)


def test_beyond_the_last_drop_the_veil_follows_koschmieder():
    near, far = (1 - seen(RAIN, FAR + d) for d in (0, 100))
    ratio = far / near
    np.testing.assert_allclose(ratio, np.exp(-RAIN.extinction * 100), rtol=1e-4)


def test_a_scene_before_the_first_drop_stays_dry():
    np.testing.assert_array_equal(seen(RAIN, NEAR - 1, 0.25), np.float32(0.25))


def test_a_scene_as_bright_as_the_rain_does_not_change():
    np.testing.assert_allclose(seen(RAIN, 100, 1.0), 1.0, atol=1e-6)


def test_streaks_are_upright_without_wind_and_lean_with_it():
    def steepness(rain: Rain) -> float:
        down, right = np.gradient(seen(rain, FAR)[0])
        return float(np.abs(down).mean() / np.abs(right).mean())

    assert steepness(RAIN) < 0.9
    assert steepness(Rain(rate=100, wind=8, light=1.0)) > steepness(RAIN)


def test_rain_is_a_function_of_its_seed():
    assert draw_rain(rng_of("a")) == draw_rain(rng_of("a")) != draw_rain(rng_of("b"))
