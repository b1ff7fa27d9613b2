"""Fisher's test of paired differences: how often do random signs take their sum as far?"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from restorebench.leaderboard.ranking.values import ranks

Floats = NDArray[np.float64]
Bits = NDArray[np.uint8]

FLIPS = 9999
"""Random sign flips where there are too many to try them all, and resamples of a paired test."""
EXACT = 12
"""Images up to which all sign flips are tried, 2¹² of them."""

_SEED = 20240617
_BLOCK = 1 << 22
"""Signs that are in memory at once as numbers."""
_PART = 256
"""Differences that are added in single precision."""
_ULP = 2.0**-24
"""The relative error of rounding to single precision."""


def sign_flip(differences: Floats) -> Floats:
    """Two-sided p-values of paired differences ``(images, k)`` whose signs are chance.

    Every flip up to `EXACT` images, `FLIPS` random ones above (and the one observed). A difference
    of ∞ turns its column into signed ranks: then it is Wilcoxon's test. An image for which both
    rows are infinite counts as equal.
    """
    n, k = differences.shape
    if not n or not k:
        return np.ones(k)
    d = np.where(np.isnan(differences), 0.0, differences)
    for column in np.flatnonzero(np.isinf(d).any(0)):
        d[:, column] = np.sign(d[:, column]) * ranks(np.abs(d[:, column]))
    scale = np.abs(d).max(0)
    d = d / np.where(scale > 0, scale, 1.0)
    reached = np.abs(d.sum(0)) * (1 - 1e-12) - 1e-12
    if n <= EXACT or FLIPS * n <= _BLOCK:
        as_far = (np.abs(_few_signs(n) @ d) >= reached).sum(0)
    else:
        as_far = _many_as_far(d, reached)
    p: Floats = as_far / 2**n if n <= EXACT else (as_far + 1) / (FLIPS + 1)
    return p


def _many_as_far(d: Floats, reached: Floats) -> NDArray[np.int64]:
    """How many random flips take each column's sum as far as `reached`.

    Computed in single precision, which is twice as fast; and again in double precision where the
    error of that might decide.
    """
    n, k = d.shape
    single, total = d.astype(np.float32), d.sum(0)
    error = 2 * (_PART + 4) * _ULP * np.abs(d).sum(0)
    found = np.zeros(k, np.int64)
    for packed, lines in _many_signs(n):
        bits = np.unpackbits(packed, count=lines * n).reshape(lines, n)
        sums = np.abs(total - 2 * _single_sums(bits, single))
        found += (sums >= reached + error).sum(0)
        flips, columns = np.nonzero((sums > reached - error) & (sums < reached + error))
        for column in np.unique(columns).tolist():
            minus = bits[flips[columns == column]].astype(np.float64)
            exact = np.abs(total[column] - 2 * (minus @ d[:, column]))
            found[column] += (exact >= reached[column]).sum()
    return found


def _single_sums(bits: Bits, d: NDArray[np.float32]) -> Floats:
    """Sums of the differences that are chosen, whose rounding does not grow with their number."""
    sums, chosen = np.zeros((len(bits), d.shape[1])), bits.astype(np.float32)
    for start in range(0, len(d), _PART):
        sums += chosen[:, start : start + _PART] @ d[start : start + _PART]
    return sums


@lru_cache(maxsize=2)
def _few_signs(n: int) -> Floats:
    """All flips, or `FLIPS` random ones: a line of signs for each, one sign per image."""
    if n <= EXACT:
        return _signs(np.arange(2**n)[:, None] >> np.arange(n) & 1)
    blocks = [np.unpackbits(packed, count=lines * n) for packed, lines in _drawn(n)]
    return _signs(np.concatenate(blocks).reshape(FLIPS, n))


def _signs(minus: NDArray[np.integer]) -> Floats:
    return 1.0 - 2.0 * minus.astype(np.float64)


@lru_cache(maxsize=2)
def _many_signs(n: int) -> list[tuple[Bits, int]]:
    return list(_drawn(n))


def _drawn(n: int) -> Iterator[tuple[Bits, int]]:
    """`FLIPS` lines of random bits, one per image, in blocks: packed, and so many lines."""
    random = np.random.default_rng((_SEED, n, 1))
    most = max(1, _BLOCK // n)
    for start in range(0, FLIPS, most):
        lines = min(most, FLIPS - start)
        yield np.frombuffer(random.bytes(-(-lines * n // 8)), np.uint8), lines
