"""The store: append-only records and content-addressed images in one folder.

Layout: ``records.jsonl`` (one line per restorer, sample, draw and protocol; a later line for the
same key replaces an earlier one), ``provenance.jsonl`` (versions and hardware of runs) and
``images/``. Several processes may write at once.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import pandas as pd

from restorebench.harness.images import ImageStore
from restorebench.harness.jsonl import JsonLines
from restorebench.harness.record_json import check_line, decode_line, encode
from restorebench.types import Record

Key: TypeAlias = tuple[str | int, ...]


class Known(NamedTuple):
    """Stored records that belong to one that is to be made; None where there is none.

    `record` has the same key; `restoration` has the image of the same restoration, under any
    protocol; `scores` has scores of the same image, target, region and protocol.
    """

    record: Record | None = None
    restoration: Record | None = None
    scores: Record | None = None


class Store:
    """Records and images under `folder`; made on the first write.

    Raises `StoreError`, from every method, for files that cannot be read, written or understood.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.images = ImageStore(folder / "images")
        self._lines = JsonLines(folder / "records.jsonl")
        self._runs = JsonLines(folder / "provenance.jsonl")
        self._records: dict[Key, Record] = {}
        self._restored: dict[Key, Record] = {}
        self._scored: dict[Key, Record] = {}
        self._latest: dict[Key, Key] = {}
        self._known_runs: dict[str, dict[str, Any]] = {}
        self.refresh()

    @property
    def path(self) -> Path:
        """The file of records."""
        return self._lines.path

    @property
    def hashes(self) -> Path:
        """The file of hashes of generated data sets."""
        return self.folder / "datasets.jsonl"

    def refresh(self) -> None:
        """Read what other processes have written since."""
        for line in self._lines.read_new():
            self._take(decode_line(line, self.path))
        for line in self._runs.read_new():
            self._known_runs[str(line.get("id"))] = line

    def prepare(self) -> None:
        """Make the folder; fails now if it cannot be written to."""
        with self._lines.locked():
            self.refresh()

    def records(self) -> Iterator[Record]:
        """The current records, in the order in which they were written."""
        return iter(list(self._records.values()))

    def provenance(self, key: str) -> Mapping[str, Any] | None:
        """Versions and hardware of the run that a record's `provenance` names."""
        return self._known_runs.get(key)

    def lookup(self, record: Record) -> Known:
        """What is stored that makes (a part of) the work for `record` unnecessary."""
        return Known(
            self._records.get(record_key(record)),
            self._restored.get(restoration_key(record)),
            self._scored.get(_score_key(record)),
        )

    def add(self, record: Record, *, replacing: bool = False) -> Record:
        """Write `record` unless one with its key is as good; returns the one that is kept.

        With `replacing` it is written in any case. A failure never replaces a success.
        """
        with self._lines.locked():
            self.refresh()
            known = self.lookup(record).record
            if known is not None and not replacing and not _better(record, known):
                return known
            line = encode(record)
            check_line(line, self.path)  # what cannot be read again would spoil the whole file
            self._lines.append(line)
            self.refresh()
        return record

    def renew(self, record: Record) -> None:
        """Write a stored record again if another one has taken its row since.

        As where a folder's images are replaced and then put back: the last line is shown.
        """
        if self._latest.get(row_key(record)) != record_key(record):
            self.add(record, replacing=True)

    def add_provenance(self, key: str, facts: Mapping[str, Any]) -> None:
        """Keep the versions and hardware of a run, once."""
        with self._runs.locked():
            self.refresh()
            if key not in self._known_runs:
                self._runs.append({"id": key, **facts})

    def frame(self) -> pd.DataFrame:
        """The records as a table; see `table`."""
        return table(self._records.values())

    def _take(self, record: Record) -> None:
        key = record_key(record)
        self._records.pop(key, None)  # a replacement is the latest
        self._records[key] = record
        self._latest[row_key(record)] = key
        if record.prediction is not None:
            self._restored[restoration_key(record)] = record
            if record.error is None:
                self._scored[_score_key(record)] = record


def table(records: Iterable[Record]) -> pd.DataFrame:
    """Records as a table: their plain fields, ``score.*`` and ``cost.*`` columns."""
    return pd.json_normalize([_flat(record) for record in records])


def restoration_key(record: Record) -> Key:
    """What makes two restorations the same one: input, restorer and randomness."""
    options = json.dumps(dict(record.options), sort_keys=True)
    what = (record.task, record.dataset, record.split, record.sample, record.input)
    who = (record.restorer, options, record.revision, record.fingerprint)
    return (*what, *who, record.seed, record.draw)


def record_key(record: Record) -> Key:
    """A restoration, its target and how it is scored."""
    return (*restoration_key(record), record.target, record.protocol_hash)


def row_key(record: Record) -> Key:
    """What two records have in common that compete for one cell of a table."""
    options = json.dumps(dict(record.options), sort_keys=True)
    section = (record.task, record.dataset, record.split, record.protocol_hash)
    who = (record.restorer, options, record.revision, record.seed, record.draw)
    return (*section, record.dataset_hash, record.sample, *who)


def _score_key(record: Record) -> Key:
    region = str(record.extra.get("mask", ""))
    return str(record.prediction), record.target + region, record.protocol_hash


def _better(new: Record, old: Record) -> bool:
    if new.error is not None:
        return old.error is not None and new.error != old.error
    return old.error is not None or len(new.missing) < len(old.missing)


def _flat(record: Record) -> dict[str, Any]:
    plain = encode(replace(record, scores={}, cost=None))
    plain = {k: v for k, v in plain.items() if k not in {"scores", "cost"}}
    scores = {f"score.{name}": value for name, value in record.scores.items()}
    cost = {} if record.cost is None else {f"cost.{k}": v for k, v in vars(record.cost).items()}
    return {**plain, **scores, **cost}
