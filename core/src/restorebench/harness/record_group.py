"""Records that are written together."""

from __future__ import annotations

from pathlib import Path

from restorebench.harness.jsonl import checked, parsed
from restorebench.harness.record_json import check_line, encode, record_of
from restorebench.harness.record_keys import Key, record_key
from restorebench.types import Record


class RecordGroup:
    """`lines` for the file `path`, and the `records` that will be read from them."""

    def __init__(self, path: Path) -> None:
        self.lines: list[bytes] = []
        self.records: list[Record] = []
        self._path = path
        self._by_key: dict[Key, Record] = {}

    def find(self, record: Record) -> Record | None:
        """The last one with the key of `record`."""
        return self._by_key.get(record_key(record)) if self.lines else None

    def add(self, record: Record) -> None:
        """Add a line; raises `StoreError` for what could not be read again."""
        line = encode(record)
        check_line(line, self._path)  # it would spoil the whole file
        self.lines.append(checked(line))
        written = record_of(parsed(self.lines[-1]))
        self.records.append(written)
        self._by_key[record_key(written)] = written
