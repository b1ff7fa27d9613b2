"""The index of a part: which records are where in its Parquet, and what boards need of all of them.

It is one line of JSON with a checksum, so that listing what a store has reads no columns.
"""

from __future__ import annotations

import json
import reprlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from restorebench.errors import StoreError
from restorebench.harness.jsonl import checked, parsed, reading
from restorebench.harness.parquet.checked_file import BLOCK
from restorebench.harness.record_fields import is_count, is_option, is_text
from restorebench.types import JSON

FORMAT = 1
"""Raised when a reader of the old files would misread the new ones."""


class Place(NamedTuple):
    """What the records of one restorer in one section of a board have in common."""

    task: str
    dataset: str
    split: str
    protocol: str
    protocol_hash: str
    dataset_hash: str
    restorer: str
    options: str
    """As JSON, sorted by key."""

    @property
    def section(self) -> tuple[str, ...]:
        """What two scores must share before they may be averaged or ranked together."""
        return self[:6]


@dataclass(frozen=True)
class Entry:
    """The records of a place: how many there are, one after the other, in the order of their lines.

    Of those whose cost is known, `timed` is the number and `seconds` the sum. `claims` are what a
    team states, last in line `claimed_at`.
    """

    place: Place
    records: int
    timed: int = 0
    seconds: float = 0.0
    claims: Mapping[str, JSON] | None = None
    claimed_at: int = -1


@dataclass(frozen=True)
class Index:
    """Of a part: the `size` in bytes and the `hashes` of the blocks of its Parquet.

    `entries` are in the order of its rows. `scores` are, by task, the columns that are scored, in
    the order in which they first occur.
    """

    size: int
    hashes: Sequence[str]
    entries: Sequence[Entry]
    scores: Mapping[str, Sequence[str]]

    @property
    def records(self) -> int:
        """How many there are."""
        return sum(entry.records for entry in self.entries)

    def starts(self) -> Iterator[tuple[int, Entry]]:
        """Each entry with the row of its first record."""
        row = 0
        for entry in self.entries:
            yield row, entry
            row += entry.records

    def line(self) -> bytes:
        """As it is written."""
        parts = groupby(self.entries, lambda entry: entry.place.section)
        sections = [[list(keys), [_written(e) for e in entries]] for keys, entries in parts]
        file = {"size": self.size, "hashes": "".join(self.hashes)}
        columns = {"scores": dict(self.scores)}
        return checked({"format": FORMAT, **file, **columns, "sections": sections}) + b"\n"


def read_index(path: Path) -> Index:
    """The index in a file; `StoreError` for one that is damaged, or of another version."""
    with reading(path):
        line = path.read_bytes()
    try:
        values = parsed(line.removesuffix(b"\n"))
    except ValueError as error:
        msg = f"{path} {error}; restore it from a copy"
        raise StoreError(msg) from error
    if values.get("format") != FORMAT:
        msg = f"{path} has format {values.get('format')!r}, this restorebench reads {FORMAT}; "
        raise StoreError(f"{msg}use the version that wrote it")
    try:
        return _index(values)
    except (LookupError, TypeError, ValueError, AttributeError, RecursionError) as error:
        msg = f"{path} is not the index of records ({error}); restore it from a copy"
        raise StoreError(msg) from error


def _index(values: Mapping[str, Any]) -> Index:
    size, digits, scores = values["size"], values["hashes"], values["scores"]
    _expect(is_count(size) and size > 0, "size", size)
    _expect(is_text(digits) and len(digits) == 16 * -(-size // BLOCK), "hashes", digits)
    for task, names in scores.items():
        _expect(isinstance(names, list) and all(map(is_text, names)), f"scores of {task}", names)
    hashes = [digits[at : at + 16] for at in range(0, len(digits), 16)]
    entries = [_entry(keys, one) for keys, written in values["sections"] for one in written]
    return Index(size, hashes, entries, scores)


def _expect(holds: bool, what: str, value: object) -> None:
    if not holds:
        msg = f"its {what} cannot be {reprlib.repr(value)}"
        raise ValueError(msg)


def _written(entry: Entry) -> list[Any]:
    stated = [] if entry.claims is None else [dict(entry.claims), entry.claimed_at]
    place = entry.place
    return [place.restorer, place.options, entry.records, entry.timed, entry.seconds, *stated]


def _entry(keys: Sequence[str], written: Sequence[Any]) -> Entry:
    restorer, options, records, timed, seconds, *stated = written
    place = Place._make((*keys, restorer, options))
    _expect(isinstance(keys, list) and all(map(is_text, place)), "place", place)
    _expect(_is_table(json.loads(options)), "options", options)
    _expect(is_count(records) and records > 0, "number of records", records)
    _expect(is_count(timed) and timed <= records, "number of timed records", timed)
    _expect(is_option(seconds) and seconds >= 0, "seconds", seconds)
    if not stated:
        return Entry(place, records, timed, float(seconds))
    claims, line = stated
    _expect(_is_table(claims) and is_count(line), "claims", stated)
    return Entry(place, records, timed, float(seconds), claims, line)


def _is_table(value: object) -> bool:
    """Whether a value is a table of options."""
    return isinstance(value, dict) and all(map(is_option, value.values()))
