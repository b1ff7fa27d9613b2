"""The board over all tasks as a table, and the sentences that explain it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from restorebench.leaderboard.format import (
    ABSENT,
    LONGEST_NAME,
    format_count,
    format_interval,
    one_line,
    shortened,
)
from restorebench.leaderboard.methods.board import MethodBoard, MethodRow
from restorebench.leaderboard.render.table import Cell, Emphasis, Table, TableColumn, plain_table

TITLE = "All tasks"
_BORDA, _TASKS, _TASK, _INTERVAL = 10, 20, 30, 40
"""Priorities: where the width is short, high numbers are hidden first."""
_SAME = 9
"""Decimals to which two numbers must agree to stand out alike."""


@dataclass(frozen=True)
class _Number:
    """A column of numbers: its heading, digits, and what its cells hold."""

    column: TableColumn
    digits: int
    value: Callable[[MethodRow], float | None]
    interval: str = ""

    def cells(self, rows: Sequence[MethodRow]) -> list[Cell]:
        values = [self.value(row) for row in rows]
        shown = [None if v is None else round(v, _SAME) for v in values]
        marks = _emphases([None if r.rank is None else v for r, v in zip(rows, shown, strict=True)],
                          higher=self.column.higher_is_better)  # fmt: skip
        return [
            Cell(self._text(value), (), mark, value, detail=self._detail(row))
            for value, mark, row in zip(values, marks, rows, strict=True)
        ]

    def intervals(self, rows: Sequence[MethodRow]) -> list[Cell]:
        return [Cell(format_interval(r.intervals.get(self.interval), self.digits)) for r in rows]

    def _text(self, value: float | None) -> str:
        return ABSENT if value is None else f"{value:.{self.digits}f}".replace("-", "−")

    def _detail(self, row: MethodRow) -> str:
        ends = row.intervals.get(self.interval)
        return "" if ends is None else format_interval(ends, self.digits)


def method_table(found: MethodBoard) -> Table:
    """Methods by mean rank, with Borda points, skill and the skill in each task."""
    rows = found.rows
    columns = [
        TableColumn("rank", "#", higher_is_better=False),
        TableColumn("method", "method", left=True),
    ]
    cells = [
        [Cell(format_count(row.rank), value=row.rank) for row in rows],
        [Cell(shortened(row.method, LONGEST_NAME)) for row in rows],
    ]
    for number in (*_OVERALL, *map(_of_task, found.tasks)):
        columns.append(number.column)
        cells.append(number.cells(rows))
        if any(number.interval in row.intervals for row in rows):
            columns.append(_interval_column(number))
            cells.append(number.intervals(rows))
    columns.insert(2, TableColumn("tasks", "tasks", priority=_TASKS))
    cells.insert(2, [_tasks(row, len(found.tasks)) for row in rows])
    lines = list(zip(*cells, strict=True))
    table = plain_table(TITLE, columns, lines, name=1)
    return replace(table, notes=tuple(_notes(found)))


_OVERALL = (
    _Number(
        TableColumn("mean_rank", "mean rank", "↓", higher_is_better=False),
        2,
        lambda row: row.mean_rank,
        "mean_rank",
    ),
    _Number(
        TableColumn("borda", "Borda", "↑", higher_is_better=True, priority=_BORDA),
        1,
        lambda row: row.borda,
    ),
    _Number(
        TableColumn("skill", "skill", "↑", higher_is_better=True), 3, lambda row: row.skill, "skill"
    ),
)


def _of_task(task: str) -> _Number:
    column = TableColumn(f"task-{task}", task, "↑", higher_is_better=True, priority=_TASK)
    return _Number(column, 3, lambda row: row.tasks[task].skill if task in row.tasks else None)


def _interval_column(number: _Number) -> TableColumn:
    title = f"{number.column.title} 95\N{NO-BREAK SPACE}%"
    return TableColumn(f"{number.column.key}_interval", title, priority=_INTERVAL)


def _tasks(row: MethodRow, all_tasks: int) -> Cell:
    return Cell(f"{len(row.tasks)} of {all_tasks}", value=len(row.tasks))


def _emphases(values: Sequence[float | None], *, higher: bool | None) -> list[Emphasis]:
    """The best and the second best of the ranked rows."""
    known = sorted({v for v in values if v is not None}, reverse=bool(higher))
    if sum(v is not None for v in values) < 2:
        return [""] * len(values)
    names: dict[float | None, Emphasis] = dict(zip(known, ("best", "second"), strict=False))
    return [names.get(value, "") for value in values]


def _notes(found: MethodBoard) -> Iterator[str]:
    """How the table is made, who lacks what, and which restorers stand for a method."""
    sets = sum(map(len, found.data_sets.values()))
    yield (
        f"Methods over {len(found.tasks)} tasks ({sets} data sets, {found.images} images) by mean "
        "rank, then by skill; each task counts once, and the data sets of a task count alike."
    )
    yield (
        "Skill: 1 − the geometric mean of errors relative to the reference of each task; 0 is as "
        f"good as the reference, 1 is perfect. {_errors(found)}"
    )
    if any(row.intervals for row in found.rows):
        yield "95 %: bootstrap interval over data sets and images; the tasks are fixed."
    lacking = [row for row in found.rows if row.lacks]
    if lacking:
        what = "; ".join(
            f"{shortened(r.method, LONGEST_NAME)} lacks {', '.join(r.lacks)}" for r in lacking
        )
        yield f"Not ranked, since a task that is lacking has no value: {what}."
    named = [text for row in found.rows if (text := _restorers(found, row))]
    if named:
        yield f"Methods by task: {'; '.join(named)}."


def _errors(found: MethodBoard) -> str:
    """The error of each task, tasks with the same one together."""
    tasks: dict[str, list[str]] = {}
    for task in found.tasks:
        error = found.errors[task] or "none, so no skill"
        tasks.setdefault(f"{error} against {one_line(found.references[task])}", []).append(task)
    parts = (f"{error} ({', '.join(names)})" for error, names in tasks.items())
    return f"Errors: {'; '.join(parts)}."


def _restorers(found: MethodBoard, row: MethodRow) -> str:
    """Which restorers stand for a method; empty where they have its name."""
    parts = [
        f"{', '.join(map(one_line, row.tasks[task].restorers))} ({task})"
        for task in found.tasks
        if task in row.tasks and row.tasks[task].restorers != (row.method,)
    ]
    return f"{shortened(row.method, LONGEST_NAME)} is {', '.join(parts)}" if parts else ""
