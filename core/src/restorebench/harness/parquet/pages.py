"""Finds records in Parquet: those of one restorer on one split are read together, and kept a while.

A score is found among the records of the same restorer and split only.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from typing import TypeAlias

import pyarrow as pa

from restorebench.errors import StoreError
from restorebench.harness.jsonl import parsed
from restorebench.harness.known import Known, KnownRecords
from restorebench.harness.parquet.columns import LINE, NUMBER
from restorebench.harness.parquet.index import Entry, Place, read_index
from restorebench.harness.parquet.parts import Part
from restorebench.harness.parquet.reader import tables
from restorebench.harness.record_json import decode_line
from restorebench.harness.record_keys import Where
from restorebench.types import Record

KEPT = 100_000
"""Records that are kept in memory; at least those of one restorer on one split."""


_Cell: TypeAlias = tuple[str, str, str, str]


class Pages:
    """The records of `parts`, by task, data set, split and restorer."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self.indices = [(part, read_index(part.index)) for part in parts]
        self._kept: OrderedDict[_Cell, KnownRecords] = OrderedDict()
        self._cells = {_cell(entry.place) for entry in self.entries()}

    def find(self, record: Record) -> Known:
        """What is known of a record."""
        return self._page(record).find(record)

    def of(self, record: Record) -> KnownRecords:
        """The records of the same restorer and split."""
        return self._page(record)

    def each(self, where: Where) -> Iterator[KnownRecords]:
        """Those that `where` may choose, those of one restorer and split at a time."""
        for cell in sorted({_cell(e.place) for e in self.entries() if where(e.place)}):
            yield self._read(cell, where)

    def entries(self) -> Iterator[Entry]:
        """How many records there are of whom, as the indices say."""
        return (entry for _, index in self.indices for entry in index.entries)

    def _page(self, record: Record) -> KnownRecords:
        cell = (record.task, record.dataset, record.split, record.restorer)
        if cell not in self._cells:
            return KnownRecords()
        if cell not in self._kept:
            self._kept[cell] = self._read(cell)
            while len(self._kept) > 1 and sum(map(len, self._kept.values())) > KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(cell)
        return self._kept[cell]

    def _read(self, cell: _Cell, where: Where = lambda place: True) -> KnownRecords:
        found = KnownRecords()
        for part, index in self.indices:
            chosen = lambda entry: _cell(entry.place) == cell and where(entry.place)  # noqa: E731
            rows = (table for _, table in tables(part, index, chosen, (LINE, NUMBER)))
            lines = [pair for table in rows for pair in _lines(table)]
            for _, line in sorted(lines):
                found.take(_record(line, part))
        return found


def _lines(table: pa.Table) -> Iterator[tuple[int, bytes]]:
    return zip(table[NUMBER].to_pylist(), table[LINE].to_pylist(), strict=True)


def _cell(place: Place) -> _Cell:
    return place.task, place.dataset, place.split, place.restorer


def _record(line: bytes, part: Part) -> Record:
    try:
        return decode_line(parsed(line), part.parquet)
    except ValueError as error:
        msg = f"{part.parquet}: a record {error}; restore it from a copy"
        raise StoreError(msg) from error
