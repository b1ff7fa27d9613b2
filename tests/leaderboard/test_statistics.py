"""Intervals, paired tests, tie groups and variance components, by hand and against scipy."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from scipy.stats import bootstrap, wilcoxon

from restorebench.leaderboard.ranking import sign_flips
from restorebench.leaderboard.ranking.sign_flips import EXACT, sign_flip
from restorebench.leaderboard.ranking.statistics import (
    FEWEST,
    bootstrap_t,
    holm,
    intervals,
    paired_test,
    smallest_p,
    spread,
    tie_groups,
)


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def test_an_interval_of_symmetric_scores_is_about_that_of_student(rng):
    x = rng.normal(28, 4, 100)
    ((low, high),) = intervals(x[:, None])
    half = 1.984 * x.std(ddof=1) / 10  # t quantile with 99 degrees of freedom
    assert (low, high) == pytest.approx((x.mean() - half, x.mean() + half), abs=0.15)


def test_an_interval_reaches_further_to_the_side_of_the_long_tail(rng):
    x = rng.gamma(1, 1, 20)
    ((low, high),) = intervals(x[:, None])
    assert high - x.mean() > 1.3 * (x.mean() - low)


def test_a_wider_interval_than_the_percentile_one_for_few_images(rng):
    x = rng.normal(0, 1, 10)
    naive = bootstrap((x,), np.mean, method="percentile", rng=rng).confidence_interval
    ((low, high),) = intervals(x[:, None])
    assert high - low > 1.1 * (naive.high - naive.low)


def test_intervals_do_not_depend_on_their_neighbours_or_the_run(rng):
    x = rng.normal(0, 1, (30, 5))
    assert np.allclose(intervals(x)[[2]], intervals(x[:, [2]]), rtol=1e-12)


def test_intervals_move_and_stretch_with_the_scores(rng):
    x = rng.normal(0, 1, (30, 1))
    assert np.allclose(intervals(5 + 3 * x), 5 + 3 * intervals(x), rtol=1e-9)


def test_too_few_images_have_no_interval(rng):
    assert np.isnan(intervals(rng.normal(0, 1, (FEWEST - 1, 2)))).all()
    assert np.isfinite(intervals(rng.normal(0, 1, (FEWEST, 2)))).all()


def test_infinite_scores_have_no_interval_and_equal_ones_a_point(rng):
    x = rng.normal(0, 1, (20, 3))
    x[3, 0] = math.inf
    x[:, 1] = 7.25
    found = intervals(x)
    assert np.isnan(found[0]).all()
    assert found[1].tolist() == [7.25, 7.25]
    assert np.isfinite(found[2]).all()


def test_sign_flips_of_many_images_are_exact_though_single_precision_finds_them(rng, monkeypatch):
    """Also where sums are equal, or differ by less than single precision can tell."""
    d = rng.normal(0.04, 1, (512, 6))
    d[:, 1] = d[:, 1].round()
    d[:, 2] = 1e-9 * d[:, 2] + rng.choice([-1, 1], 512)
    d[:, 3] = 0
    found = sign_flip(d)
    monkeypatch.setattr(sign_flips, "_BLOCK", 1 << 23)  # then they are few, and the same
    assert found.tolist() == sign_flip(d).tolist()
    assert 0 < found.min() < 0.5 < found.max() == found[3] == 1


def test_large_data_sets_are_resampled_in_blocks(rng):
    x = rng.normal(0, 1, (5000, 1))
    ((low, high),) = intervals(x)
    assert high - low == pytest.approx(2 * 1.96 / math.sqrt(5000), rel=0.1)


def test_the_sign_flip_test_counts_all_flips():
    d = np.array([1.0, 2.0, 3.0, -0.5, 2.5])
    sums = [abs(np.dot(signs, d)) for signs in itertools.product((1, -1), repeat=5)]
    assert sign_flip(d[:, None]) == [sum(s >= abs(d.sum()) for s in sums) / 32]


def test_random_flips_agree_with_the_normal_limit(rng):
    # z = Σd / √Σd² = 2 has a two-sided p of 0.0455
    d = rng.normal(0, 1, (400, 1))
    d -= d.mean()
    d += 2 * np.sqrt((d**2).sum()) / 400
    assert sign_flip(d)[0] == pytest.approx(0.0455, abs=0.006)


def test_an_infinite_difference_makes_it_wilcoxons_test(rng):
    d = rng.normal(0.6, 1, 10)
    ranked = d.copy()
    d[np.argmax(np.abs(d))] = math.inf
    ranked[np.argmax(np.abs(ranked))] = 1e9
    assert sign_flip(d[:, None])[0] == pytest.approx(wilcoxon(ranked, method="exact").pvalue)


def test_four_images_cannot_tell_two_rows_apart():
    assert paired_test(np.full((4, 1), 9.0))[0] == smallest_p(4) == 0.125


def test_equal_rows_have_p_1():
    assert paired_test(np.zeros((20, 1))).tolist() == [1.0]
    assert paired_test(np.full((20, 1), np.nan)).tolist() == [1.0]  # ∞ less ∞: equal


def test_the_larger_of_two_p_values_counts(rng):
    d = rng.gamma(1, 1, (20, 40)) - 0.6
    both = np.maximum(sign_flip(d), bootstrap_t(d))
    assert np.array_equal(paired_test(d), both)
    assert (both > sign_flip(d)).any()
    assert (both > bootstrap_t(d)).any()


@pytest.mark.parametrize("images", [3, 8, EXACT, 20, 500])
def test_no_p_value_is_below_the_smallest(images, rng):
    clear = 5 + rng.uniform(0, 1e-3, (images, 1))
    assert paired_test(clear)[0] == pytest.approx(smallest_p(images))


def test_holm_by_hand():
    # Holm (1979): 3 · 0.01, then the larger of that and 2 · 0.02, then the larger with 0.5
    assert holm([0.02, 0.01, 0.5]).tolist() == [0.04, 0.03, 0.5]
    assert holm([0.6, 0.7]).tolist() == [1.0, 1.0]
    assert holm([]).tolist() == []


def test_neighbours_that_do_not_differ_significantly_share_a_group():
    assert tie_groups([0.01, 0.3, 0.04]) == [1, 2, 2, 3]
    assert tie_groups([]) == [1]


def test_variance_of_images_and_of_draws_are_taken_apart(rng):
    # 4000 images of deviation 3, 5 draws each of deviation 2
    draws = rng.normal(28, 3, (4000, 1)) + rng.normal(0, 2, (4000, 5))
    within = ((draws - draws.mean(1, keepdims=True)) ** 2).sum(1)
    images, noise = spread(draws.mean(1), within, np.full(4000, 5))
    assert (images, noise) == pytest.approx((3.0, 2.0), rel=0.04)


def test_with_one_draw_the_deviation_of_draws_is_not_known():
    images, noise = spread(np.array([1.0, 2.0, 3.0]), None, np.ones(3, int))
    assert images == 1.0
    assert math.isnan(noise)


def test_draw_noise_alone_leaves_no_variance_of_images(rng):
    draws = rng.normal(0, 1, (500, 3))
    within = ((draws - draws.mean(1, keepdims=True)) ** 2).sum(1)
    images, noise = spread(draws.mean(1), within, np.full(500, 3))
    assert images < 0.2
    assert noise == pytest.approx(1, rel=0.1)


def test_differences_that_are_equal_but_for_rounding_are_distinguished():
    rng = np.random.default_rng(0)
    scores = rng.uniform(0, 40, 12)
    differences = ((scores + 0.1) - scores)[:, None]
    assert 0 < np.ptp(differences) < 1e-12
    assert paired_test(differences)[0] < 0.001
