"""Strengths and win rates from pairwise comparisons, against closed forms and the likelihood."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize

from restorebench.leaderboard.ranking.bradley_terry import strengths, win_rates


def test_two_rows_have_the_log_odds_of_their_wins():
    """With the tied comparison that each pair is given: log (w + ½) / (l + ½)."""
    theta = strengths(np.array([[0.0, 30], [10, 0]]))
    assert theta[0] - theta[1] == pytest.approx(np.log(30.5 / 10.5))
    assert theta.sum() == pytest.approx(0)


def test_they_maximise_the_likelihood():
    rng = np.random.default_rng(1)
    wins = rng.integers(0, 30, (5, 5)).astype(float)
    np.fill_diagonal(wins, 0)
    counted = wins + 0.5 * (1 - np.eye(5))

    def cost(theta):
        return (counted * np.logaddexp(0, theta[None, :] - theta[:, None])).sum()

    best = minimize(cost, np.zeros(5), options={"gtol": 1e-9}).x
    assert strengths(wins) == pytest.approx(best - best.mean(), abs=1e-5)


def test_strengths_are_found_again_from_their_own_comparisons():
    truth = np.array([1.5, 0.5, -0.25, -1.75])
    chance = 1 / (1 + np.exp(truth[None, :] - truth[:, None]))
    wins = 1e6 * chance * (1 - np.eye(4))
    assert strengths(wins) == pytest.approx(truth, abs=1e-4)


def test_one_that_wins_always_is_finite_and_stronger_for_more_wins():
    few, many = (strengths(np.array([[0, n], [0, 0.0]]))[0] for n in (5, 50))
    assert 0 < few < many < np.inf


def test_rows_that_never_met_are_compared_through_others():
    wins = np.array([[0, 9, 0], [1, 0, 9], [0, 1, 0.0]])
    first, second, third = strengths(wins)
    assert first > second > third
    apart = np.array([[0, 9, 0, 0], [1, 0, 0, 0], [0, 0, 0, 9], [0, 0, 1, 0.0]])
    assert np.isnan(strengths(apart)).all()


def test_many_tables_at_once_are_as_one_by_one():
    wins = np.random.default_rng(2).random((6, 4, 4)) * (1 - np.eye(4))
    wins[3, 0] = wins[3, :, 0] = 0  # this row met nobody in one of them
    together = strengths(wins)
    assert np.isnan(together[3]).tolist() == [True, False, False, False]
    for n in (0, 5):
        assert together[n] == pytest.approx(strengths(wins[n]), abs=1e-6)
    assert strengths(wins, start=np.arange(4.0)) == pytest.approx(together, abs=1e-6, nan_ok=True)


def test_win_rates_are_means_over_opponents_that_were_met():
    wins = np.array([[0, 3, 1], [1, 0, 0], [1, 0, 0.0]])
    assert win_rates(wins) == pytest.approx([(3 / 4 + 1 / 2) / 2, 1 / 4, 1 / 2])
    assert np.isnan(win_rates(np.zeros((2, 2)))).all()
