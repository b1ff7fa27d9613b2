"""PSNR: exact, of the pixels that count and of nothing else."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from restorebench.metrics.measures import psnr
from restorebench.metrics.psnr import mean_squared_error, metric

images = arrays(np.uint8, (3, 7, 9))


def of(prediction, target, region=None, **fields):
    return metric.compute(prediction, target, region, psnr(**fields))


@given(images)
def test_equal_images_have_an_infinite_psnr(x):
    assert of(x, x) == math.inf


def test_one_grey_level_in_one_value_is_not_lost():
    x = np.zeros((3, 1000, 1000), np.uint8)
    y = x.copy()
    y[1, 500, 500] = 1
    assert of(x, y) == pytest.approx(10 * math.log10(255**2 * 3e6), abs=1e-12)


@given(images, images)
def test_the_squared_error_is_that_of_integers(x, y):
    exact = int(((x.astype(int) - y.astype(int)) ** 2).sum())
    assert mean_squared_error(x, y) == exact / x.size


@given(images, images)
def test_symmetry(x, y):
    assert of(x, y) == of(y, x)


@given(arrays(np.uint8, (3, 7, 9), elements=st.integers(0, 200)), st.integers(0, 55))
def test_a_shift_of_both_images_changes_nothing(x, shift):
    y = np.roll(x, 1, axis=2)
    assert of(x + np.uint8(shift), y + np.uint8(shift)) == of(x, y)


@given(images, images, arrays(np.bool_, (7, 9)))
def test_the_psnr_of_a_region_is_that_of_the_vector_of_its_pixels(x, y, region):
    region[3, 4] = True
    vectors = (p[:, region][:, None] for p in (x, y))
    assert of(x, y, region) == pytest.approx(of(*vectors), abs=1e-12)


def test_strips_of_rows_give_the_whole(noisy):
    (x,), (y,) = noisy(200, 31)
    whole = float(np.mean((x.astype(float) - y) ** 2))
    assert mean_squared_error(x, y) == pytest.approx(whole, abs=1e-12)


def test_the_peak_of_the_prediction_is_the_starter_kits_mistake(golden):
    (x,), (y,) = golden("haze")
    loss = 20 * math.log10(255 / x.max())
    assert of(x, y) - of(x, y, peak="prediction-max") == pytest.approx(loss, abs=1e-12)


def test_a_black_prediction_has_no_peak():
    black = np.zeros((3, 4, 4), np.uint8)
    assert of(black, black + 1, peak="prediction-max") == -math.inf
