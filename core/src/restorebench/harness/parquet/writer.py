"""Writes the Parquet and the index of a part from the lines that it is made of."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from restorebench.console import legible
from restorebench.errors import StoreError
from restorebench.harness.parquet import columns
from restorebench.harness.parquet.checked_file import block_hashes
from restorebench.harness.parquet.columns import COLUMNS, LINE, Line
from restorebench.harness.parquet.index import Entry, Index, Place
from restorebench.harness.parquet.sorting import SortedRuns
from restorebench.types import CLAIMED, JSON, UPLOADED

Progress = Callable[[int], None]
"""Called with the number of lines that are read."""

GROUP = 1 << 15
"""Records of a row group: what is read at once."""
_BATCH = 1 << 12
_UNREADABLE = (ValueError, TypeError, OverflowError, AttributeError, pa.ArrowException)
_UNIQUE = ("prediction", columns.NUMBER, LINE)
"""Columns whose values hardly repeat."""


class PartWriter:
    """Takes the lines of a part, and writes its Parquet and its index beside each other."""

    def __init__(self, folder: Path, source: Path) -> None:
        self._source = source
        self._numbers: dict[tuple[Any, ...], int] = {}
        self._places: list[Place] = []
        self._scores: dict[str, dict[str, None]] = {}
        self._claims: dict[int, tuple[Mapping[str, JSON], int]] = {}
        self._runs = SortedRuns(folder, self._places)
        self.count = 0
        self._digests = 0

    def take(self, lines: Iterable[Line], progress: Progress) -> None:
        """Add lines; raises `StoreError` for a record that boards cannot read."""
        stream = iter(lines)
        while batch := list(islice(stream, _BATCH)):
            places = [self._noted(record, n) for n, (_, record) in enumerate(batch, self.count)]
            try:
                table = columns.unsorted(batch, places, self.count)
            except _UNREADABLE as error:
                msg = f"{self._source}: a record has a field that cannot be read: {error}"
                raise StoreError(msg) from error
            self._digests += columns.digests(table[LINE])
            self._runs.add(table)
            self.count += len(batch)
            progress(self.count)

    def write(self, path: Path) -> Index:
        """Write the Parquet to `path`, and have it on the disk; raises `StoreError` as needed.

        It is read again, and must have every line that was taken.
        """
        entries: dict[Place, Entry] = {}
        groups = [name for name in COLUMNS.names if name not in _UNIQUE]
        with pq.ParquetWriter(path, COLUMNS, compression="zstd", use_dictionary=groups) as file:
            for table in _grouped(self._runs.merged()):
                for entry in self._entries(table):
                    entries[entry.place] = _sum(entries.get(entry.place), entry)
                file.write_table(columns.with_places(table, self._places), row_group_size=GROUP)
        synced(path)
        self._verify(path)
        scores = {task: list(names) for task, names in self._scores.items()}
        return Index(path.stat().st_size, block_hashes(path), list(entries.values()), scores)

    def _noted(self, record: Mapping[str, Any], number: int) -> int:
        """The number of a record's place; keeps what the index has of it."""
        section = [record[name] for name in columns.PLACES[:-1]]
        options = record["options"]
        key = (*section, *sorted(options.items()))
        if (place := self._numbers.get(key)) is None:
            place = self._numbers[key] = len(self._places)
            texts = [*section, json.dumps(options, sort_keys=True)]
            self._places.append(Place(*map(legible, texts)))
        task = self._places[place].task
        self._scores.setdefault(task, {}).update(dict.fromkeys(record["scores"]))
        if record["restorer"] == UPLOADED:
            extra = record.get("extra", {})
            stated = {k.removeprefix(CLAIMED): v for k, v in extra.items() if k.startswith(CLAIMED)}
            self._claims[place] = (stated, number)
        return place

    def _entries(self, table: pa.Table) -> Iterator[Entry]:
        for number, own in columns.pieces(table):
            seconds = own["seconds"]
            timed, spent = len(seconds) - seconds.null_count, pc.sum(seconds).as_py() or 0.0
            stated = self._claims.get(number, (None, -1))
            yield Entry(self._places[number], own.num_rows, timed, spent, *stated)

    def _verify(self, path: Path) -> None:
        found = count = 0
        with pq.ParquetFile(path) as file:
            for group in range(file.num_row_groups):
                lines = file.read_row_group(group, columns=[LINE])[LINE]
                found, count = found + columns.digests(lines), count + len(lines)
        if (count, found % (1 << 64)) != (self.count, self._digests % (1 << 64)):
            msg = f"{path} does not have the lines that were written to it; the disk may be faulty"
            raise StoreError(msg)


def _grouped(pieces: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """Tables of `GROUP` lines, the last one shorter."""
    held: list[pa.Table] = []
    rows = 0
    for piece in pieces:
        held.append(piece)
        rows += piece.num_rows
        while rows >= GROUP:
            table = pa.concat_tables(held)
            yield table.slice(0, GROUP)
            held, rows = [table.slice(GROUP)], rows - GROUP
    if rows:
        yield pa.concat_tables(held)


def _sum(one: Entry | None, two: Entry) -> Entry:
    if one is None:
        return two
    records, timed = one.records + two.records, one.timed + two.timed
    return Entry(one.place, records, timed, one.seconds + two.seconds, two.claims, two.claimed_at)


def synced(path: Path) -> None:
    """Have a file or a folder on the disk, before what it replaces is removed."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
