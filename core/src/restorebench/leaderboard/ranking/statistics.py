"""How far a mean over images can be trusted: intervals, paired tests, tie groups, variance.

The bootstrap-t interval (Efron and Tibshirani, *An Introduction to the Bootstrap*, 1993, section
12.5), Fisher's sign-flip test of paired differences, and Holm's correction (Scandinavian Journal of
Statistics 6, 1979). All of it is deterministic: the random numbers depend on the number of images
alone.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from restorebench.leaderboard.ranking.resampling import MANY, quantiles, studentised
from restorebench.leaderboard.ranking.sign_flips import EXACT, FLIPS, sign_flip

Floats = NDArray[np.float64]

LEVEL = 0.05
"""Error that an interval or a family of tests may have: 5 %."""
FEWEST = 8
"""Images below which there is no interval: it would be wide or wrong, see docs/statistics.md."""
RESAMPLES = 1999
"""Resamples of the bootstrap; with 1 more, 2.5 % of them is a whole number."""
_LARGEST = 1e150
"""From here on squares of numbers overflow."""
ROUNDING = 1e-9
"""A standard deviation below this part of the mean is rounding."""


def intervals(scores: Floats, level: float = LEVEL) -> Floats:
    """Bootstrap-t intervals of the means over images: ``(images, k)`` → ``(k, 2)``.

    With s the standard deviation and t* = (m* − m) / s* over resamples, the interval is
    ``[m − s·t*(1 − α/2), m − s·t*(α/2)]``. NaN below `FEWEST` images, where a score is not finite,
    and where so few values differ that a quantile of t* is infinite.
    """
    n, k = scores.shape
    if n < FEWEST or not k:
        return np.full((k, 2), np.nan)
    usable = _have_squares(scores)
    mean = np.where(usable, scores, 0.0).mean(0)
    centred = np.where(usable, scores - mean, 0.0)
    scale = centred.std(0)
    unit = centred / np.where(scale > 0, scale, 1.0)
    places = [round((RESAMPLES + 1) * part) - 1 for part in (level / 2, 1 - level / 2)]
    low, high = quantiles(unit, RESAMPLES, places)
    with np.errstate(invalid="ignore"):
        ends = np.stack([mean - scale * high, mean - scale * low], axis=1)
    ends[scale == 0] = mean[scale == 0, None]
    return np.where(usable[:, None] & np.isfinite(ends).all(1)[:, None], ends, np.nan)


def paired_test(differences: Floats) -> Floats:
    """Two-sided p-values of paired differences ``(images, k)`` whose mean is 0 by hypothesis.

    The larger of two: `sign_flip`, which is exact where differences are symmetric, and from
    `FEWEST` to `MANY` images `bootstrap_t`, which does not mind their skewness.
    """
    p = sign_flip(differences)
    if FEWEST <= len(differences) <= MANY:
        p = np.maximum(p, bootstrap_t(differences))
    return p


def bootstrap_t(differences: Floats) -> Floats:
    """Two-sided p-values of paired differences ``(images, k)`` by the bootstrap-t distribution.

    Where that says nothing (a difference is not finite, or all are equal but for rounding) it is 0.
    """
    usable = _have_squares(differences)
    mean = np.where(usable, differences, 0.0).mean(0)
    centred = np.where(usable, differences - mean, 0.0)
    scale = centred.std(0)
    usable &= scale > ROUNDING * np.abs(mean)
    scale = np.where(usable, scale, 1.0)
    t = studentised(centred / scale, FLIPS)
    tail = np.minimum((t >= mean / scale).sum(0), (t <= mean / scale).sum(0))
    return np.where(usable, np.minimum(1.0, 2.0 * (tail + 1) / (FLIPS + 1)), 0.0)


def _have_squares(values: Floats) -> NDArray[np.bool_]:
    """Which columns are of numbers whose squares are numbers."""
    return np.asarray((np.abs(values) < _LARGEST).all(axis=0))


def smallest_p(n: int) -> float:
    """The smallest p-value that `paired_test` can give for `n` images."""
    flips = min(1.0, 2.0 / 2**n) if n <= EXACT else 1 / (FLIPS + 1)
    return max(flips, 2 / (FLIPS + 1)) if FEWEST <= n <= MANY else flips


def holm(p: Sequence[float] | Floats) -> Floats:
    """Holm's corrected p-values: the family's error stays below α if those below α are believed."""
    raw = np.asarray(p, float)
    order = np.argsort(raw, kind="stable")
    steps = raw[order] * np.arange(len(raw), 0, -1)
    corrected = np.empty_like(raw)
    corrected[order] = np.minimum(1.0, np.maximum.accumulate(steps))
    return corrected


def tie_groups(p_next: Sequence[float] | Floats, level: float = LEVEL) -> list[int]:
    """The group of each row, 1 first; `p_next` are the corrected p-values against the next row.

    Neighbours that are not told apart share a group.
    """
    return [1, *(1 + np.cumsum(np.asarray(p_next, float) < level)).tolist()]


def spread(scores: Floats, within: Floats | None, draws: NDArray[np.int64]) -> tuple[float, float]:
    """Standard deviations over images and over the draws of one image (NaN with one draw).

    `scores` are means over the draws of each image, `within` the sums of squares around them.
    Variance components of a one-way layout: what the draws add to the variance of image means is
    taken off that of the images.
    """
    n, extra = len(scores), int((draws - 1).sum())
    if n < 2 or not _have_squares(scores).all():
        return np.nan, np.nan
    between = float(scores.var(ddof=1))
    if within is None or extra == 0:
        return between**0.5, np.nan
    noise = float(within.sum()) / extra
    images = max(0.0, between - noise * float((1 / draws).mean()))
    return images**0.5, noise**0.5
