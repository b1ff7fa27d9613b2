"""Strengths from pairwise comparisons: the model of Bradley and Terry (Biometrika 39, 1952).

A beats B with the probability π_A / (π_A + π_B). The strengths θ = log π are those of the largest
likelihood, found by Hunter's iteration (Annals of Statistics 32, 2004); a tie is half a win for
each. Every pair that met is given one more comparison that is tied: so the strength of a row that
wins always is finite, and grows with the number of comparisons.
"""

from __future__ import annotations

import numpy as np

from restorebench.leaderboard.ranking.statistics import Floats

_STEPS = 500
_CLOSE = 1e-8
"""Change of a strength at which the iteration ends."""


def strengths(wins: Floats, start: Floats | None = None) -> Floats:
    """θ with mean 0 for ``wins[…, a, b]``, how often a beat b: ``(…, n, n)`` → ``(…, n)``.

    NaN for a row that met nobody, and for all where the rows fall apart into groups that never met:
    their strengths cannot be compared. `start` is where the iteration begins, ``(n,)``.
    """
    met = wins + np.swapaxes(wins, -1, -2)
    if not _connected(np.asarray((met > 0).reshape(-1, *met.shape[-2:]).any(axis=0))):
        return np.full(wins.shape[:-1], np.nan)
    scored, met = (wins + (met > 0) * 0.5).sum(-1), met + (met > 0)
    there = scored > 0
    theta = np.zeros(wins.shape[:-1]) + (0.0 if start is None else start)
    for _ in range(_STEPS):
        pi = np.exp(theta)
        expected = (met / (pi[..., :, None] + pi[..., None, :])).sum(-1)
        new = np.log(np.where(there, scored, 1.0) / np.where(there, expected, 1.0))
        new -= (new * there).sum(-1, keepdims=True) / there.sum(-1, keepdims=True)
        change, theta = np.abs(new - theta)[there].max(initial=0.0), new
        if change < _CLOSE:
            break
    return np.where(there, theta, np.nan)


def win_rates(wins: Floats) -> Floats:
    """The share of comparisons that each row wins, the mean over its opponents, ``(…, n)``.

    NaN for a row that met nobody.
    """
    met = wins + np.swapaxes(wins, -1, -2)
    there = met > 0
    with np.errstate(invalid="ignore"):
        shares = np.where(there, wins / np.where(there, met, 1.0), 0.0).sum(-1) / there.sum(-1)
    return np.asarray(shares)


def _connected(met: np.ndarray) -> bool:
    """Whether any row is reached from the first one by comparisons."""
    reached = np.zeros(len(met), bool)
    reached[:1] = True
    for _ in range(len(met)):
        reached |= met[reached].any(0)
    return bool(reached.all())
