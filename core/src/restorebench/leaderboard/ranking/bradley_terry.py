"""Strengths from pairwise comparisons: the model of Bradley and Terry (Biometrika 39, 1952).

A beats B with the probability π_A / (π_A + π_B). The strengths θ = log π are those of the largest
likelihood, which is concave: Newton's method finds them. A tie is half a win for each. Every pair
that met is given one more comparison that is tied: so the strength of a row that wins always is
finite, and grows with the number of comparisons.
"""

from __future__ import annotations

import numpy as np

from restorebench.leaderboard.ranking.statistics import Floats

_STEPS = 100
_LONGEST = 1.0
"""The longest step of a strength, so that the first ones do not overshoot."""
_CLOSE = 1e-9
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
        step = np.clip(_newton(theta, scored, met, there), -_LONGEST, _LONGEST)
        theta += step
        if np.abs(step).max(initial=0.0) < _CLOSE:
            break
    mean = (theta * there).sum(-1, keepdims=True) / there.sum(-1, keepdims=True)
    return np.where(there, theta - mean, np.nan)


def _newton(theta: Floats, scored: Floats, met: Floats, there: np.ndarray) -> Floats:
    """A step of Newton's method; what all strengths have in common is left as it is."""
    chance = 1 / (1 + np.exp(theta[..., None, :] - theta[..., :, None]))
    gradient = scored - (met * chance).sum(-1)
    hessian = -met * chance * (1 - chance)
    every = np.arange(met.shape[-1])
    hessian[..., every, every] = -hessian.sum(-1) + hessian[..., every, every] + ~there
    hessian += 1 / len(every)  # the sum of all strengths, which comparisons say nothing about
    return np.asarray(np.linalg.solve(hessian, gradient[..., None])[..., 0])


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
