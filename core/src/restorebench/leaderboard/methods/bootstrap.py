"""Mean ranks and skill of methods, for the images at hand and for resamples of them.

A resample draws data sets within each task and images within each data set, the same ones for all
methods; the tasks stay, since the board is about these. The random numbers depend on the numbers of
data sets and images alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from restorebench.leaderboard.methods.error import relative
from restorebench.leaderboard.methods.matrix import DataSet, Task
from restorebench.leaderboard.ranking.rounding import rounded
from restorebench.leaderboard.ranking.statistics import LEVEL, Floats
from restorebench.leaderboard.ranking.values import ranks

RESAMPLES = 1999
_SEED = 20240618
_BLOCK = 1 << 18
"""Numbers of a resampling matrix that are made at once: few enough for the cache."""
_MANY = 400
"""Images from which on a resample is counted from the images that it has, which is faster."""


class Summary(NamedTuple):
    """Of each method, ``(lines, methods)``, a line per resample.

    `rank` is its mean rank among the methods asked for, and `log_error` the mean logarithm of its
    error relative to the reference's, NaN where there is no such error.
    """

    rank: Floats
    log_error: Floats


def measured(tasks: Sequence[Task], methods: Sequence[str]) -> Summary:
    """The summary of the images as they are, in one line; each of `methods` has all `tasks`."""
    return _mean([_task(task, methods, None) for task in tasks])


def resampled(tasks: Sequence[Task], methods: Sequence[str]) -> Summary:
    """The summaries of `RESAMPLES` resamples."""
    rngs = rng_of(len(tasks), RESAMPLES)
    return _mean([_task(t, methods, rng) for t, rng in zip(tasks, rngs, strict=True)])


def rng_of(tasks: int, resamples: int) -> list[np.random.Generator | None]:
    """The random numbers of each task, always the same; None for no resamples."""
    seeds = np.random.SeedSequence(_SEED).spawn(tasks)
    return [np.random.default_rng(seed) if resamples else None for seed in seeds]


def ends(values: Floats) -> list[tuple[float, float] | None]:
    """The 95 % percentile interval of each column; None where a value is missing."""
    low, high = np.quantile(values, (LEVEL / 2, 1 - LEVEL / 2), axis=0)
    pairs = zip(low.tolist(), high.tolist(), strict=True)
    return [None if np.isnan(low) else (low, high) for low, high in pairs]


def drawn(n: int, rng: np.random.Generator | None, resamples: int) -> Floats:
    """How much each of `n` counts, ``(resamples, n)``: alike in one line without random numbers."""
    if rng is None:
        return np.full((1, n), 1 / n)
    if n <= _MANY:
        return rng.multinomial(n, np.full(n, 1 / n), resamples) / n
    chosen = rng.integers(0, n, (resamples, n), dtype=np.int32)
    chosen += (np.arange(resamples, dtype=np.int32) * n)[:, None]
    return np.bincount(chosen.reshape(-1), minlength=resamples * n).reshape(resamples, n) / n


def _means(values: Floats, rng: np.random.Generator | None) -> Floats:
    """The means of lines of `values`, ``(n, …)``: of all in one line, or of a resample each."""
    n = len(values)
    most = max(1, _BLOCK // n)
    sizes = [min(most, RESAMPLES - start) for start in range(0, RESAMPLES, most)] if rng else [1]
    return np.concatenate([np.asarray(drawn(n, rng, size) @ values) for size in sizes])


def _task(task: Task, methods: Sequence[str], rng: np.random.Generator | None) -> Summary:
    """Each data set counts alike; a resample has some of them twice and others not at all."""
    parts = [_data_set(data_set, methods, rng) for data_set in task.data_sets]
    counts = drawn(len(parts), rng, RESAMPLES)
    return Summary(
        *(np.einsum("rd,drm->rm", counts, np.stack([part[n] for part in parts])) for n in (0, 1))
    )


def _data_set(data: DataSet, methods: Sequence[str], rng: np.random.Generator | None) -> Summary:
    found = _means(data.scores.T, rng)
    own = found[:, [data.methods.index(method) for method in methods]]
    sign = -1 if data.column.higher_is_better else 1
    rank = ranks(sign * rounded(own))
    if data.reference is None:
        return Summary(rank, np.full_like(rank, np.nan))
    return Summary(rank, np.log(relative(own, found[:, [data.reference]], data.column)))


def _mean(parts: Sequence[Summary]) -> Summary:
    return Summary(*(np.mean([part[n] for part in parts], axis=0) for n in (0, 1)))
