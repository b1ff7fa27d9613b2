"""The board over all tasks: methods by mean rank, Borda points and skill."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from restorebench.leaderboard.board import Board
from restorebench.leaderboard.methods import bootstrap
from restorebench.leaderboard.methods.error import words
from restorebench.leaderboard.methods.matrix import Task, tasks_of
from restorebench.leaderboard.ranking.statistics import FEWEST, Floats

Ends = tuple[float, float]


@dataclass(frozen=True)
class MethodTask:
    """A method in one task: the restorers that stand for it, its mean rank and its skill.

    `rank` is among the methods that have all tasks, None for one that lacks another task; `skill`
    is None where the error of the ranking column is not known.
    """

    restorers: tuple[str, ...]
    rank: float | None
    skill: float | None


@dataclass(frozen=True)
class MethodRow:
    """One method over all tasks; what it lacks has no value, which is not a value of 0.

    `rank`, `mean_rank`, `borda` and `skill` are None unless it has all tasks. `intervals` are 95 %
    bootstrap intervals of the last three, by their names. `tasks` has those that it has, by name.
    """

    method: str
    rank: int | None
    mean_rank: float | None
    borda: float | None
    skill: float | None
    tasks: Mapping[str, MethodTask]
    lacks: tuple[str, ...]
    intervals: Mapping[str, Ends] = field(default_factory=dict)


@dataclass(frozen=True)
class MethodBoard:
    """Methods over `tasks` (names), the ranked ones first.

    `titles`, `references`, `errors` and `data_sets` are by task: its title, the restorer that skill
    is relative to, the error that its ranking column gives (empty for none), and its data sets.
    """

    tasks: tuple[str, ...]
    titles: Mapping[str, str]
    references: Mapping[str, str]
    errors: Mapping[str, str]
    data_sets: Mapping[str, tuple[str, ...]]
    images: int
    rows: tuple[MethodRow, ...]


def method_board(boards: Sequence[Board]) -> MethodBoard | None:
    """The board over all tasks; None unless there are two tasks and a method that has both.

    Each task counts once, and each data set alike within its task. Rows without a score of a data
    set of a task lack the task: they are listed, without a rank.
    """
    tasks = tasks_of(boards)
    methods = list(dict.fromkeys(m for task in tasks for m in task.methods))
    ranked = [m for m in methods if all(m in task.methods for task in tasks)]
    if len(tasks) < 2 or not ranked:
        return None
    references = {b.task.name: b.task.reference for b in boards}
    return MethodBoard(
        tasks=tuple(task.name for task in tasks),
        titles={task.name: task.title for task in tasks},
        references={task.name: references[task.name] for task in tasks},
        errors={task.name: words(task.data_sets[0].column) for task in tasks},
        data_sets={task.name: tuple(d.name for d in task.data_sets) for task in tasks},
        images=sum(d.scores.shape[1] for task in tasks for d in task.data_sets),
        rows=(*_ranked(tasks, ranked), *_unranked(tasks, [m for m in methods if m not in ranked])),
    )


def _ranked(tasks: Sequence[Task], methods: Sequence[str]) -> list[MethodRow]:
    """By mean rank, the lowest first; equal ones by skill, and then they share a rank."""
    rank, log_error = (values[0] for values in bootstrap.measured(tasks, methods))
    skill, borda = 1 - np.exp(log_error), _borda(rank, len(methods), len(tasks))
    keys = [
        (round(r, 9), round(-s, 9) if s == s else 0.0)
        for r, s in zip(rank.tolist(), skill.tolist(), strict=True)
    ]
    intervals = _intervals(tasks, methods)
    per_task = [_of_task(task, methods, methods) for task in tasks]
    rows = [
        MethodRow(
            method=method,
            rank=1 + sum(key < keys[n] for key in keys),
            mean_rank=float(rank[n]),
            borda=float(borda[n]),
            skill=_known(float(skill[n])),
            tasks={task.name: part[n] for task, part in zip(tasks, per_task, strict=True)},
            lacks=(),
            intervals=intervals[n],
        )
        for n, method in enumerate(methods)
    ]
    return sorted(rows, key=lambda row: (row.rank or 0, row.method))


def _unranked(tasks: Sequence[Task], methods: Sequence[str]) -> Iterator[MethodRow]:
    """The methods that lack a task, those with most tasks first."""
    for method in sorted(methods, key=lambda m: (-sum(m in t.methods for t in tasks), m)):
        found = {t.name: _of_task(t, [method])[0] for t in tasks if method in t.methods}
        lacks = tuple(task.name for task in tasks if task.name not in found)
        yield MethodRow(method, None, None, None, None, found, lacks)


def _of_task(task: Task, methods: Sequence[str], among: Sequence[str] = ()) -> list[MethodTask]:
    """The part of some methods in one task; their ranks are among `among`, None without any."""
    rank, log_error = (values[0] for values in bootstrap.measured([task], methods))
    return [
        MethodTask(
            _restorers(task, method),
            float(rank[n]) if among else None,
            _known(float(1 - np.exp(log_error[n]))),
        )
        for n, method in enumerate(methods)
    ]


def _restorers(task: Task, method: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(d.labels[d.methods.index(method)] for d in task.data_sets))


def _intervals(tasks: Sequence[Task], methods: Sequence[str]) -> list[dict[str, Ends]]:
    """The intervals of each method; none for fewer images than `FEWEST`."""
    if sum(d.scores.shape[1] for task in tasks for d in task.data_sets) < FEWEST:
        return [{} for _ in methods]
    found = bootstrap.resampled(tasks, methods)
    values = {
        "mean_rank": found.rank,
        "borda": _borda(found.rank, len(methods), len(tasks)),
        "skill": 1 - np.exp(found.log_error),
    }
    by_name = {name: bootstrap.ends(table) for name, table in values.items()}
    return [
        {name: pair for name, pairs in by_name.items() if (pair := pairs[n]) is not None}
        for n in range(len(methods))
    ]


def _borda(mean_rank: Floats, methods: int, tasks: int) -> Floats:
    """Points for each method behind and half of those beside, the mean over a task's data sets."""
    return (methods - mean_rank) * tasks


def _known(value: float) -> float | None:
    return None if np.isnan(value) else value
