"""Records in memory, found by what they are of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from restorebench.harness.record_keys import Key, record_key, restoration_key, row_key, score_key
from restorebench.types import Record


class Known(NamedTuple):
    """Stored records that belong to one that is to be made; None where there is none.

    `record` has the same key; `restoration` has the image of the same restoration, under any
    protocol; `scores` has scores of the same image, target, region and protocol.
    """

    record: Record | None = None
    restoration: Record | None = None
    scores: Record | None = None

    def or_else(self, older: Known) -> Known:
        """These, and those of `older` where there are none."""
        return Known(*(mine or other for mine, other in zip(self, older, strict=True)))


class KnownRecords:
    """Records by their keys; of several with one key the one that was taken last."""

    def __init__(self) -> None:
        self._records: dict[Key, Record] = {}
        self._restored: dict[Key, Record] = {}
        self._scored: dict[Key, Record] = {}
        self._latest: dict[Key, Key] = {}

    def __len__(self) -> int:
        return len(self._records)

    def __iter__(self) -> Iterator[Record]:
        """In the order in which they were taken."""
        return iter(list(self._records.values()))

    def __contains__(self, record: Record) -> bool:
        """Whether there is one with the key of `record`."""
        return record_key(record) in self._records

    def take(self, record: Record) -> None:
        """Add one; it is the latest."""
        restoration = restoration_key(record)
        key = record_key(record, restoration)
        self._records.pop(key, None)  # a replacement is the latest
        self._records[key] = record
        self._latest[row_key(record)] = key
        if record.prediction is not None:
            self._restored[restoration] = record
            if record.error is None:
                self._scored[score_key(record)] = record

    def find(self, record: Record) -> Known:
        """What makes (a part of) the work for `record` unnecessary."""
        restoration = restoration_key(record)
        return Known(
            self._records.get(record_key(record, restoration)),
            self._restored.get(restoration),
            self._scored.get(score_key(record)),
        )

    def latest(self, record: Record) -> Key | None:
        """The key of the record that has the row of `record` in a table."""
        return self._latest.get(row_key(record))
