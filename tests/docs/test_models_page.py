"""models.md: crops and draws are chosen and measured as the page says."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pytest

DOCS = Path(__file__).parents[2] / "docs"


def module(name: str):
    spec = importlib.util.spec_from_file_location(name, DOCS / f"{name}.py")
    made = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


@pytest.fixture(scope="module")
def crops():
    return module("make_crops")


@pytest.fixture(scope="module")
def draws():
    return module("make_draws")


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.mark.parametrize(("top", "left"), [(0, 0), (7, 11), (32, 48)])
def test_a_crop_is_where_the_error_is_largest(crops, top, left):
    target = np.zeros((3, 48, 64), np.uint8)
    image = target + np.uint8(1)
    image[:, top : top + 16, left : left + 16] = 9
    assert crops.worst_window(image, target, 16) == (top, left)


def test_a_crop_is_of_the_image_of_median_gain(crops):
    assert crops.median_place([0.5, 0.1, 0.3]) == 2
    assert crops.median_place([0.4, 0.1, 0.3, 0.2]) == 3


def test_draws_of_the_true_posterior_are_calibrated(draws, rng):
    """Target and draws are from one law, noisier on the right."""
    noise = np.where(np.arange(128) < 64, 2.0, 8.0)
    target, *drawn = rng.normal(100, noise, (5, 2, 3, 128, 128))
    found = draws.calibration(np.stack(drawn), target)
    assert found.spread / found.error == pytest.approx(1, abs=0.02)
    assert found.correlation > 0.7


def test_draws_that_hardly_differ_are_not_calibrated(draws, rng):
    target = rng.normal(100, 8, (1, 3, 64, 64))
    found = draws.calibration(target + 10 + rng.normal(0, 1, (4, 1, 3, 64, 64)), target)
    assert (found.spread / found.error) ** 0.5 == pytest.approx(0.11, abs=0.01)
