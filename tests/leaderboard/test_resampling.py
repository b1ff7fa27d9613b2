"""The order statistics of t*: the same from single precision as from double precision alone."""

from __future__ import annotations

import numpy as np
import pytest

from restorebench.leaderboard.ranking import resampling
from restorebench.leaderboard.ranking.resampling import MANY, quantiles, studentised

LINES, PLACES = 299, (7, 150, 291)


def standardised(scores):
    centred = scores - scores.mean(0)
    scale = centred.std(0)
    return centred / np.where(scale > 0, scale, 1.0)


@pytest.fixture
def unit():
    random = np.random.default_rng(5)
    n = MANY + 300
    normal = random.normal(28, 4, (n, 1)) + random.normal(0, 1, (n, 20))
    skewed = random.pareto(2.5, (n, 5))
    equal = np.ones((n, 1))
    outlier = np.zeros((n, 1))
    outlier[17] = 1.0  # resamples without it have no deviation
    rounded = random.integers(0, 3, (n, 3)).astype(float)  # many resamples have equal means
    return standardised(np.concatenate([normal, skewed, equal, outlier, rounded], axis=1))


def expected(unit):
    return np.sort(studentised(unit, LINES), axis=0)[list(PLACES)]


def test_quantiles_are_order_statistics(unit):
    assert np.allclose(quantiles(unit, LINES, PLACES), expected(unit), rtol=1e-12, atol=1e-14)


def test_quantiles_of_few_images_are_order_statistics(unit):
    few = standardised(unit[:MANY])
    assert np.array_equal(quantiles(few, LINES, PLACES), expected(few))


def test_the_error_that_is_reckoned_with_is_larger_than_any(unit):
    counts = resampling._few_counts(len(unit), LINES)
    chosen, exact = unit[:, :20], studentised(unit[:, :20], LINES)
    mean = resampling._single_sums(counts, chosen.astype(np.float32)) / len(unit)
    square = resampling._single_sums(counts, (chosen**2).astype(np.float32)) / len(unit)
    far = np.abs(mean / np.sqrt(square - mean**2) - exact).max(0)
    assert (far < resampling._ERROR * (1.5 + 4 * np.abs(exact).max(0))).all()
    assert far.max() > 0
