"""Resamples of images, and the studentised means t* of scores in them.

All of it is deterministic: the random numbers depend on the number of images alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]

MANY = 400
"""Images above which skewed differences do not mislead, and single precision is worth its while."""

_SEED = 20240617
_BLOCK = 1 << 22
"""Numbers of a resampling matrix that are in memory at once, 32 MiB; twice as many as singles."""
_PART = 512
"""Scores that are added in single precision before they are added to others."""
_ERROR = (_PART + 16) * 2.0**-24
"""The relative error of such a sum."""
_LINES = 512
"""Resamples of single columns that are computed again at once."""


def studentised(unit: Floats, lines: int) -> Floats:
    """t* of so many resamples, ``(lines, k)``, for scores ``(images, k)`` of mean 0, deviation 1.

    Infinite where all images of a resample have one value.
    """
    return np.concatenate([_studentised(block, unit) for block in _resamples(len(unit), lines)])


def quantiles(unit: Floats, lines: int, places: Sequence[int]) -> Floats:
    """The order statistics of `studentised` at some `places` from 0, ``(places, k)``.

    Of many images t* is computed in single precision, which is twice as fast; and again in double
    precision for the resamples that may be the one at a place, by the largest error there can be.
    """
    n = len(unit)
    if n <= MANY or lines * n > 2 * _BLOCK:
        return np.asarray(np.partition(studentised(unit, lines), places, axis=0)[list(places)])
    counts = _few_counts(n, lines)
    t, sure = _singles(counts, unit)
    found = np.empty((len(places), unit.shape[1]))
    found[:, sure] = _exact(t[:, sure], (counts, unit[:, sure]), places)
    if not sure.all():
        again = _studentised(counts.astype(np.float64) / n, unit[:, ~sure])
        found[:, ~sure] = np.partition(again, places, axis=0)[list(places)]
    return found


def _singles(counts: Singles, unit: Floats) -> tuple[NDArray[Any], NDArray[np.bool_]]:
    """t* in single precision, and in which columns its error is bounded."""
    mean = _single_sums(counts, unit.astype(np.float32)) / np.float32(len(unit))
    square = _single_sums(counts, (unit**2).astype(np.float32)) / np.float32(len(unit))
    variance = square - mean**2
    sure = np.asarray(((variance > 0.6 * square) & (square > 1e-6)).all(0))
    return mean / np.sqrt(np.where(sure, variance, np.float32(1.0))), sure


def _exact(t: NDArray[Any], exact: tuple[Singles, Floats], places: Sequence[int]) -> Floats:
    """The order statistics of what `t` is in single precision."""
    # |δm| ≤ ε√q and |δq| ≤ εq for q = m² + v < 1.7 v; so |δt| < ε (1.4 + 4 |t|)
    error = _ERROR * (1.5 + 4.0 * np.abs(t).max(0).astype(np.float64))
    near = np.partition(t, places, axis=0)[list(places)].astype(np.float64)
    found = [_at(place, at, 2 * error, t, exact) for place, at in zip(places, near, strict=True)]
    return np.stack(found)


def _at(
    place: int, near: Floats, error: Floats, t: NDArray[Any], exact: tuple[Singles, Floats]
) -> Floats:
    """The values at a place, each of which differs from `near` by less than half of `error`."""
    low, high = near - error, near + error
    lines, columns = np.nonzero((t >= low) & (t <= high))
    values = np.concatenate(
        [
            _pairs(exact, lines[start : start + _LINES], columns[start : start + _LINES])
            for start in range(0, len(lines), _LINES)
        ]
    )
    order = np.lexsort((values, columns))
    first = np.searchsorted(columns[order], np.arange(t.shape[1]))
    found: Floats = values[order][first + place - (t < low).sum(0)]
    return found


def _pairs(
    exact: tuple[Singles, Floats], lines: NDArray[np.intp], columns: NDArray[np.intp]
) -> Floats:
    """t* of some resamples, each in one column."""
    counts, unit = exact
    weights, scores = counts[lines].astype(np.float64), unit.T[columns]
    mean = np.einsum("in,in->i", weights, scores) / len(unit)
    scores *= scores
    square = np.einsum("in,in->i", weights, scores) / len(unit)
    return np.asarray(mean / np.sqrt(square - mean**2))


def _single_sums(counts: Singles, values: Singles) -> Singles:
    """Sums of values, whose rounding does not grow with their number."""
    sums = np.zeros((len(counts), values.shape[1]), np.float32)
    for start in range(0, len(values), _PART):
        sums += counts[:, start : start + _PART] @ values[start : start + _PART]
    return sums


def _studentised(weights: Floats, unit: Floats) -> Floats:
    mean = weights @ unit
    variance = weights @ unit**2 - mean**2
    flat = variance < 1e-12  # all images of the resample have one value
    t: Floats = mean / np.sqrt(np.where(flat, 1.0, variance))
    t[flat] = np.copysign(np.inf, mean[flat])
    return t


def _resamples(n: int, lines: int) -> Iterator[Floats]:
    """Blocks of, in all, `lines` lines of weights: how often each image was drawn, over `n`."""
    if lines * n <= _BLOCK:
        yield _few_resamples(n, lines)
    else:
        yield from (counts / n for counts in _drawn(n, lines))


@lru_cache(maxsize=4)
def _few_resamples(n: int, lines: int) -> Floats:
    return np.concatenate([counts / n for counts in _drawn(n, lines)])


@lru_cache(maxsize=2)
def _few_counts(n: int, lines: int) -> Singles:
    return np.concatenate([counts.astype(np.float32) for counts in _drawn(n, lines)])


def _drawn(n: int, lines: int) -> Iterator[NDArray[np.int64]]:
    random = np.random.default_rng((_SEED, n))
    most = max(1, _BLOCK // n)
    for start in range(0, lines, most):
        count = min(most, lines - start)
        chosen = random.integers(0, n, (count, n), dtype=np.int32)
        chosen += (np.arange(count, dtype=np.int32) * n)[:, None]
        yield np.bincount(chosen.reshape(-1), minlength=count * n).reshape(count, n)
