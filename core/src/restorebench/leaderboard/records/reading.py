"""Reads a store's records straight into columns, without a `Record` for each line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from restorebench.errors import StoreError
from restorebench.harness.record_json import check_line, decode_line
from restorebench.harness.record_log import RecordLog
from restorebench.leaderboard.records.intake import Intake
from restorebench.leaderboard.records.ledger import Sections, batched, current


class Source(NamedTuple):
    """What a record is of."""

    task: str
    dataset: str
    split: str


Accept: TypeAlias = Callable[[Source], bool]
"""Chooses records by what they are of."""


class _MovedError(Exception):
    """Lines have become Parquet while they were read."""


def read_ledger(folder: Path, accept: Accept = lambda source: True) -> Sections:
    """The tables of the records of a store, as `ledger` makes them from `Store.records`.

    A million lines take seconds and a fraction of the memory of their records; of records that were
    compacted, those of one section are in memory at a time. Only those that `accept` chooses are
    read. Raises `StoreError` for lines that are not records.
    """
    while True:
        try:
            return _read(folder, accept)
        except _MovedError:
            continue


def take_lines(intake: Intake, lines: Iterable[Mapping[str, Any]], path: Path) -> None:
    """Take in lines of the file `path`; `StoreError` for one that cannot be read."""
    for batch in batched(lines):
        try:
            intake.extend(batch)
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
            _explain(batch, path, error)


def _read(folder: Path, accept: Accept) -> Sections:
    log = RecordLog(folder)
    stream = log.each_new(_moved)
    first = next(stream, None)  # now the log has found its parts
    lines = _checked(chain(() if first is None else (first,), stream), log.path, accept)
    if log.indexed:
        from restorebench.leaderboard.records.stored import StoredLedger  # imports pyarrow

        return StoredLedger(log, lines, accept)
    intake = Intake()
    take_lines(intake, (record for _, record in lines), log.path)
    return current(intake)


def _moved() -> None:
    raise _MovedError


def _checked(
    lines: Iterable[tuple[bytes, dict[str, Any]]], path: Path, accept: Accept
) -> Iterator[tuple[bytes, dict[str, Any]]]:
    for line, record in lines:
        check_line(record, path)
        if accept(Source(record["task"], record["dataset"], record["split"])):
            yield line, record


def _explain(batch: Sequence[Mapping[str, Any]], path: Path, error: Exception) -> None:
    """Raise the error of the line that cannot be read."""
    for line in batch:
        decode_line(line, path)
    msg = f"{path}: a record has a field that cannot be read: {error}"
    raise StoreError(msg) from error
