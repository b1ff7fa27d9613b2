"""The second view of a board: who wins image by image, and how strong that makes each row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from restorebench.leaderboard.board import Board
from restorebench.leaderboard.methods.bootstrap import drawn, ends, rng_of
from restorebench.leaderboard.methods.matrix import DataSet, Task, task_of_labels, tasks_of
from restorebench.leaderboard.ranking.bradley_terry import strengths, win_rates
from restorebench.leaderboard.ranking.rounding import rounded
from restorebench.leaderboard.ranking.statistics import FEWEST, Floats

RESAMPLES = 499
"""Resamples of the bootstrap: fewer than elsewhere, since each is a fit of its own."""
MOST = 100
"""Rows up to which a board has this view: the work grows with their square."""
_NONE = 1e-9
"""Width of an interval that has none."""

Ends = tuple[float, float]


@dataclass(frozen=True)
class WinRow:
    """One row of a board, or one method.

    `strength` is Bradley and Terry's θ, whose mean over the rows is 0: A beats B with the
    probability 1 / (1 + exp(θ_B − θ_A)). `rate` is the share of comparisons that it wins. Both
    have 95 % bootstrap intervals over the images of each data set, None below `FEWEST` images and
    where all images agree, of which a resample can say nothing. Data sets are not resampled:
    without one of them some rows would have met nobody.
    """

    label: str
    strength: float | None
    rate: float
    strength_ends: Ends | None = None
    rate_ends: Ends | None = None


@dataclass(frozen=True)
class Wins:
    """Rows by strength, over so many images of so many data sets."""

    rows: tuple[WinRow, ...]
    images: int
    data_sets: int


def method_wins(boards: Sequence[Board]) -> Wins | None:
    """The methods over all tasks, each task alike; None for fewer than two tasks.

    A method that lacks a task is compared with those that it met.
    """
    tasks = tasks_of(boards)
    return _wins(tasks) if len(tasks) > 1 else None


def board_wins(board: Board) -> Wins | None:
    """The complete rows of a board over its data sets, each alike; None for fewer than two rows."""
    task = task_of_labels(board)
    return _wins([task]) if task.data_sets else None


def _wins(tasks: Sequence[Task]) -> Wins | None:
    sets = [data_set for task in tasks for data_set in task.data_sets]
    labels = sorted({label for data_set in sets for label in data_set.methods})
    if not 2 <= len(labels) <= MOST:
        return None
    images = sum(data_set.scores.shape[1] for data_set in sets)
    measured = _counts(tasks, labels, 0)[0] * images
    theta, rates = strengths(measured), win_rates(measured)
    order = np.lexsort((-rates, np.nan_to_num(-theta)))
    intervals = _intervals(tasks, labels, images, theta)
    rows = (
        WinRow(labels[n], _known(theta[n]), float(rates[n]), *(found[n] for found in intervals))
        for n in order
        if not np.isnan(rates[n])
    )
    return Wins(tuple(rows), images, len(sets))


def _intervals(
    tasks: Sequence[Task], labels: Sequence[str], images: int, theta: Floats
) -> tuple[list[Ends | None], list[Ends | None]]:
    if images < FEWEST:
        return [None] * len(labels), [None] * len(labels)
    wins = _counts(tasks, labels, RESAMPLES) * images
    start = None if np.isnan(theta).any() else theta
    rates = [pair if pair and pair[1] - pair[0] > _NONE else None for pair in ends(win_rates(wins))]
    found = zip(ends(strengths(wins, start)), rates, strict=True)
    return [pair if rate else None for pair, rate in found], rates


def _counts(tasks: Sequence[Task], labels: Sequence[str], resamples: int) -> Floats:
    """Shares of the images on which a row beats another, ``(lines, rows, rows)``.

    The mean over tasks, of the means over data sets; nothing where two rows did not meet.
    """
    rngs = rng_of(len(tasks), resamples)
    parts = [_of_task(t, labels, rng, resamples) for t, rng in zip(tasks, rngs, strict=True)]
    return np.asarray(np.mean(parts, axis=0))


def _of_task(
    task: Task, labels: Sequence[str], rng: np.random.Generator | None, resamples: int
) -> Floats:
    shares = [_of_data_set(data_set, labels, rng, resamples) for data_set in task.data_sets]
    return np.asarray(np.mean(shares, axis=0))


def _of_data_set(
    data: DataSet, labels: Sequence[str], rng: np.random.Generator | None, resamples: int
) -> Floats:
    sign = 1 if data.column.higher_is_better else -1
    scores = sign * rounded(data.scores)
    weights = drawn(scores.shape[1], rng, resamples)
    places = np.array([labels.index(label) for label in data.methods])
    shares = np.zeros((len(weights), len(labels), len(labels)))
    for n, place in enumerate(places):
        won = (scores[n] > scores) + 0.5 * (scores[n] == scores)
        shares[:, place, places] = weights @ won.T
        shares[:, place, place] = 0.0
    return shares


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
