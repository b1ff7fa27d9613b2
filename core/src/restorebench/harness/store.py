"""The store: append-only records and content-addressed images in one folder.

Layout: ``records.jsonl`` (one line per restorer, sample, draw and protocol; a later line for the
same key replaces an earlier one), ``records/`` (older ones, where they were compacted into
Parquet), ``provenance.jsonl`` (versions and hardware of runs) and ``images/``. Several processes
may write at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from restorebench.harness.images import ImageStore
from restorebench.harness.jsonl import JsonLines
from restorebench.harness.known import Known, KnownRecords
from restorebench.harness.record_group import RecordGroup
from restorebench.harness.record_json import decode_line, encode
from restorebench.harness.record_keys import Where, options_text, record_key
from restorebench.harness.record_log import RecordLog
from restorebench.harness.run_facts import new_runs
from restorebench.types import Record

if TYPE_CHECKING:
    import pandas as pd

    from restorebench.harness.parquet.pages import Pages


class Store:
    """Records and images under `folder`; made on the first write.

    Raises `StoreError`, from every method, for files that cannot be read, written or understood.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.images = ImageStore(folder / "images")
        self._log = RecordLog(folder)
        self._runs = JsonLines(folder / "provenance.jsonl")
        self._new = KnownRecords()
        self._old: Pages | None = None
        self._known_runs: dict[str, dict[str, Any]] = {}
        self.refresh()

    @property
    def path(self) -> Path:
        """The file to which records are appended."""
        return self._log.path

    @property
    def hashes(self) -> Path:
        """The file of hashes of generated data sets."""
        return self.folder / "datasets.jsonl"

    def refresh(self) -> None:
        """Read what other processes have written since."""
        for _, line in self._log.each_new(self._forget):
            self._new.take(decode_line(line, self.path))
        self._known_runs.update(new_runs(self._runs))

    def prepare(self) -> None:
        """Make the folder; fails now if it cannot be written to."""
        with self._log.locked():
            self.refresh()
        self.images.prepare()

    def records(self, where: Where = lambda record: True) -> Iterator[Record]:
        """The current records, or those that `where` chooses.

        In the order in which they were written; but those that were compacted come first, sorted by
        data set and restorer, and are in memory for one of these at a time.
        """
        for page in self._older.each(where) if self._older else ():
            yield from (record for record in page if record not in self._new)
        yield from filter(where, self._new)

    def provenance(self, key: str) -> Mapping[str, Any] | None:
        """Versions and hardware of the run that a record's `provenance` names."""
        return self._known_runs.get(key)

    def lookup(self, record: Record) -> Known:
        """What is stored that makes (a part of) the work for `record` unnecessary."""
        known = self._new.find(record)
        return known.or_else(self._older.find(record)) if self._older else known

    def seconds(self) -> Iterator[tuple[tuple[str, str, str], tuple[int, float]]]:
        """What restorations took: their number and sum, by restorer, options (JSON) and data set.

        A key may occur more than once. What was replaced since it was compacted counts, too.
        """
        for entry in self._older.entries() if self._older else ():
            place = entry.place
            key = (place.restorer, place.options, place.dataset)
            yield key, (entry.timed, entry.seconds)
        for record in self._new:
            if record.cost is not None:
                key = (record.restorer, options_text(record), record.dataset)
                yield key, (1, record.cost.seconds)

    def add(self, record: Record, *, replacing: bool = False) -> Record:
        """Write `record` unless one with its key is as good; returns the one that is kept.

        With `replacing` it is written in any case. A failure never replaces a success.
        """
        return self.add_all([record], replacing=replacing)[0]

    def add_all(self, records: Iterable[Record], *, replacing: bool = False) -> list[Record]:
        """As `add` of each; the lock is taken and the file written once for all of them."""
        with self._log.locked():
            self.refresh()
            group = RecordGroup(self.path)
            kept = [self._kept(record, group, replacing=replacing) for record in records]
            if group.lines:
                completed = self._log.append(group.lines)
                for written in (
                    *(decode_line(line, self.path) for line in completed),
                    *group.records,
                ):
                    self._new.take(written)
        return kept

    def _kept(self, record: Record, group: RecordGroup, *, replacing: bool) -> Record:
        """The one that is kept of `record` and what is known, which is added to `group` if new."""
        known = group.find(record) or self.lookup(record).record
        if known is not None and not replacing and not _better(record, known):
            return known
        group.add(record)
        return record

    def renew(self, record: Record) -> None:
        """Write a stored record again if another one has taken its row since.

        As where a folder's images are replaced and then put back: the last line is shown.
        """
        latest = self._new.latest(record)
        if latest is None and self._older:
            latest = self._older.of(record).latest(record)
        if latest != record_key(record):
            self.add(record, replacing=True)

    def add_provenance(self, key: str, facts: Mapping[str, Any]) -> None:
        """Keep the versions and hardware of a run, once."""
        if key in self._known_runs:
            return
        with self._runs.locked():
            self.refresh()
            if key not in self._known_runs:
                self._runs.append({"id": key, **facts})

    def frame(self) -> pd.DataFrame:
        """The records as a table; see `table`."""
        return table(self.records())

    @property
    def _older(self) -> Pages | None:
        """The records that are Parquet; None where there are none."""
        if self._old is None and (parts := self._log.indexed):
            from restorebench.harness.parquet.pages import Pages  # imports pyarrow

            self._old = Pages(parts)
        return self._old

    def _forget(self) -> None:
        """Lines have become Parquet."""
        self._new, self._old = KnownRecords(), None


def table(records: Iterable[Record]) -> pd.DataFrame:
    """Records as a table: their plain fields, ``score.*`` and ``cost.*`` columns."""
    import pandas as pd  # takes a while, and few ask for a table

    return pd.json_normalize([_flat(record) for record in records])


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
