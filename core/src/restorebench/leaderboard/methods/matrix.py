"""The data sets that count on the board over all tasks, as matrices of scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from restorebench.leaderboard.board import Board, Column, Section
from restorebench.leaderboard.ranking.overall import once_each
from restorebench.leaderboard.ranking.statistics import Floats
from restorebench.leaderboard.records.images import scores_of_images
from restorebench.leaderboard.records.means import places_in

_PERFECT = 1e6
"""Replaces an infinite score: a mean over it stays a number, and its error is 0."""


@dataclass(frozen=True)
class DataSet:
    """The ranking column of one data set: ``scores`` are (methods, images).

    `labels` are the rows that stand for `methods`; `reference` is the line of `scores` that errors
    are relative to, None where the reference restorer is not there.
    """

    name: str
    column: Column
    methods: tuple[str, ...]
    labels: tuple[str, ...]
    scores: Floats
    reference: int | None


@dataclass(frozen=True)
class Task:
    """One task: its data sets, of which each counts alike."""

    name: str
    title: str
    data_sets: tuple[DataSet, ...]

    @cached_property
    def methods(self) -> dict[str, None]:
        """The methods that have scores of all its data sets, in their order."""
        first, *others = (data_set.methods for data_set in self.data_sets)
        everywhere = set(first).intersection(*others)
        return {method: None for method in first if method in everywhere}


def tasks_of(boards: Sequence[Board]) -> tuple[Task, ...]:
    """The tasks with scores that count: of the ``test`` splits in the default benchmark.

    A task without data sets in the default benchmark counts with all that it has.
    """
    found = (Task(b.task.name, b.task.title, _data_sets(b)) for b in boards)
    return tuple(task for task in found if task.data_sets)


def task_of_labels(board: Board) -> Task:
    """A board's data sets, all of them, whose rows stand for themselves."""
    sections = _once_each(board)
    found = (_data_set(section, board.task.rank_by) for section in sections)
    sets = tuple(replace(d, methods=d.labels) for d in found if d is not None)
    return Task(board.task.name, board.task.title, sets)


def _data_sets(board: Board) -> tuple[DataSet, ...]:
    sections = [s for s in _once_each(board) if s.split == "test"]
    counted = [s for s in sections if s.default] or sections
    return tuple(d for s in counted if (d := _data_set(s, board.task.rank_by)) is not None)


def _once_each(board: Board) -> list[Section]:
    """Each data set once: by the task's own protocol, or by others where nothing has that."""
    own = [section for section in board.sections if section.protocol == board.task.protocol]
    return once_each(own or board.sections)


def _data_set(section: Section, name: str) -> DataSet | None:
    """The rows that compete and have all images; None where they have nothing to rank by."""
    column = next((c for c in section.columns if c.name == name), None)
    if column is None or column.higher_is_better is None:
        return None
    images = scores_of_images(section.images_table, name)
    if images is None:  # a board of numbers alone, or ranked by numbers from elsewhere
        return None
    rows = [r for r in section.rows if r.complete and not r.disqualified]
    whole = images.values[places_in([row.label for row in rows], images.labels)]
    there = ~np.isnan(whole)
    if not there.any():
        return None
    most = there[there.sum(1).argmax()]
    kept = (there == most).all(1)
    rows, matrix = [row for row, keep in zip(rows, kept, strict=True) if keep], whole[kept][:, most]
    reference = next((n for n, row in enumerate(rows) if row.reference), None)
    return DataSet(
        section.dataset,
        column,
        tuple(row.method or row.label for row in rows),
        tuple(row.label for row in rows),
        np.nan_to_num(matrix, posinf=_PERFECT, neginf=-_PERFECT),
        reference,
    )
