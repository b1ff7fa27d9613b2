"""Tables from papers and challenge reports: read from a folder, shown apart, never ranked here.

The folder has CSV files as their sources print them and ``published.toml``, which describes each:
its columns, task, data sets and source, and the protocol by which it was scored if that is known.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from restorebench.errors import OptionError
from restorebench.leaderboard.board import PublishedRow, PublishedTable, RowCost, Section

INDEX = "published.toml"


@dataclass(frozen=True)
class Published:
    """All tables of a folder; none by default."""

    tables: tuple[PublishedTable, ...] = ()

    def beside(self, task: str, section: Section) -> tuple[PublishedRow, ...]:
        """The rows of the data set of `section`, each saying whether its protocol is the same."""
        return tuple(
            replace(row, protocol_known=table.protocol == section.protocol)
            for table in self.tables
            if _same(table, task, section)
            for row in table.rows
        )

    def elsewhere(self, task: str, sections: Sequence[Section]) -> tuple[PublishedTable, ...]:
        """The tables of a task whose data sets have no section."""
        return tuple(
            table
            for table in self.tables
            if table.task == task and not any(_same(table, task, s) for s in sections)
        )


def _same(table: PublishedTable, task: str, section: Section) -> bool:
    return table.task == task and section.dataset in {table.dataset, f"{task}-{table.dataset}"}


def published_beside(results: Path) -> Published:
    """The tables of the folder ``published`` beside that of a store; none where it is absent."""
    folder = results.absolute().parent / "published"
    return read_published(folder) if (folder / INDEX).is_file() else Published()


def read_published(folder: Path) -> Published:
    """The tables of a folder.

    Raises `OptionError` where the index or a table is not as described at the top of this module.
    """
    return Published(tuple(t for entry in _entries(folder) for t in _tables(folder, entry)))


def read_frame(path: Path) -> pd.DataFrame:
    """A CSV file as it is, every cell a text, ``""`` for none; `OptionError` for another file."""
    try:
        return pd.read_csv(path, dtype=str, keep_default_na=False)
    except (OSError, ValueError) as error:
        msg = f"{path} cannot be read as a CSV file: {error}"
        raise OptionError(msg) from error


def _entries(folder: Path) -> list[dict[str, Any]]:
    path = folder / INDEX
    try:
        index = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        msg = f"{path} cannot be read: {error}; give the folder of published tables"
        raise OptionError(msg) from error
    return list(index.get("table", []))


def _tables(folder: Path, entry: Mapping[str, Any]) -> Iterator[PublishedTable]:
    """A table per data set of one entry of the index."""
    if not entry.get("datasets"):  # facts without scores: they have a file and a source only
        return
    try:
        frame = read_frame(folder / entry["file"])
        for dataset in entry["datasets"]:
            yield _table(frame, entry, dataset)
    except KeyError as error:
        msg = f"{folder / INDEX}: the table {entry.get('file', '?')} lacks {error}"
        raise OptionError(msg) from error


def _table(
    frame: pd.DataFrame, entry: Mapping[str, Any], dataset: Mapping[str, Any]
) -> PublishedTable:
    for column, value in dataset.get("where", {}).items():
        frame = frame[frame[column] == value]
    prefix = dataset.get("prefix", "")
    columns = tuple(name for name in entry["columns"] if (frame[prefix + name] != "").any())
    rows = [_row(line, columns, prefix, entry) for line in frame.to_dict("records")]
    return PublishedTable(
        task=entry["task"],
        dataset=dataset["name"],
        title=dataset["title"],
        columns=columns,
        rows=tuple(row for row in rows if row.means),
        source=entry["source"],
        protocol=entry.get("protocol", ""),
        note=entry.get("note", ""),
    )


def _row(
    line: Mapping[Any, str], columns: Sequence[str], prefix: str, entry: Mapping[str, Any]
) -> PublishedRow:
    means = {name: _number(line[prefix + name]) for name in columns}
    size, seconds = _number(line.get("params_m", "")), _number(line.get("runtime_s", ""))
    known = bool(entry.get("protocol"))
    return PublishedRow(
        method=line[entry.get("method", "method")],
        means={name: value for name, value in means.items() if value is not None},
        printed={name: line[prefix + name] for name, value in means.items() if value is not None},
        source=line.get("source") or entry["source"],
        protocol_known=known,
        note=entry["protocol"] if known else "protocol unknown",
        cost=RowCost(seconds=seconds, parameters=None if size is None else size * 1e6),
    )


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None
