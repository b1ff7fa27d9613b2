"""The tables of papers and challenges that stand beside a store, as their index describes them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from restorebench.csv_table import CsvTable, read_table
from restorebench.errors import OptionError
from restorebench.leaderboard.board import Check, PublishedRow, PublishedTable, RowCost
from restorebench.leaderboard.published_index import (
    INDEX,
    CheckEntry,
    DatasetEntry,
    TableEntry,
    read_index,
)

_OPTIONAL = ("second_hand", "source", "params_m", "runtime_s")
"""Columns of any table; a cell that is empty has what the index says of the whole table."""


def published_tables(folder: Path) -> Iterator[PublishedTable]:
    """The tables of a folder; raises `OptionError` as `read_published` does."""
    for entry in read_index(folder):
        yield from _tables(folder, entry)


def _tables(folder: Path, entry: TableEntry) -> Iterator[PublishedTable]:
    """A table per data set of one entry of the index; facts without scores have none."""
    if not entry.datasets:
        return
    path = folder / entry.file
    frame = read_table(path)
    try:
        tables = [_table(frame, entry, dataset) for dataset in entry.datasets]
    except KeyError as error:
        msg = f"{folder / INDEX}: {entry.file} has no column {error}"
        raise OptionError(msg) from error
    known = {(row.method, table.dataset) for table in tables for row in table.rows}
    for check in entry.verified:
        if (check.method, check.dataset) not in known:
            msg = f"{folder / INDEX}: {entry.file} has no row {check.method!r} of {check.dataset!r}"
            raise OptionError(msg)
    yield from tables


def _table(frame: CsvTable, entry: TableEntry, dataset: DatasetEntry) -> PublishedTable:
    prefix, cells = dataset.prefix, frame.columns
    chosen = [
        n
        for n in range(len(frame.line))
        if all(cells[column][n] == value for column, value in dataset.where.items())
    ]
    columns = tuple(c for c in entry.columns if any(cells[prefix + c][n] for n in chosen))
    rows = [_row(frame, n, columns, entry, dataset) for n in chosen]
    return PublishedTable(
        task=entry.task,
        dataset=dataset.name,
        also=dataset.also,
        title=dataset.title,
        columns=columns,
        rows=tuple(row for row in rows if row.means),
        source=entry.source,
        protocol=entry.protocol,
        needs=entry.needs,
        note=entry.note,
    )


def _row(
    frame: CsvTable, place: int, columns: Sequence[str], entry: TableEntry, dataset: DatasetEntry
) -> PublishedRow:
    cells = {name: column[place] for name, column in frame.columns.items()}
    printed = {name: cells[dataset.prefix + name] for name in columns}
    means = {name: value for name, text in printed.items() if (value := _number(text)) is not None}
    more = {name: cells.get(name, "") for name in _OPTIONAL}
    size, method = _number(more["params_m"]), cells[entry.method]
    row = PublishedRow(
        method=method,
        means=means,
        printed={name: printed[name] for name in means},
        source=more["source"] or entry.source,
        protocol=entry.protocol,
        needs=entry.needs,
        caveat=entry.note,
        second_hand=more["second_hand"] or entry.second_hand,
        cost=RowCost(
            seconds=_number(more["runtime_s"]), parameters=None if size is None else size * 1e6
        ),
    )
    ours = (c for c in entry.verified if (c.method, c.dataset) == (method, dataset.name))
    found = next(ours, None)
    return row if found is None else _checked(row, found)


def _checked(row: PublishedRow, found: CheckEntry) -> PublishedRow:
    """A row with what was measured here for it, and which of its numbers that gives."""
    agreeing = tuple(c for c, v in found.measured.items() if _agrees(v, row.printed.get(c, "")))
    check = Check(dict(found.measured), agreeing, f"{found.conditions}; {found.protocol}")
    return replace(row, protocol=found.protocol if agreeing else row.protocol, check=check)


def _agrees(measured: float, printed: str) -> bool:
    """Whether a number rounds to the printed one."""
    digits = len(printed.partition(".")[2])
    return _number(printed) == round(measured, digits)


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None
