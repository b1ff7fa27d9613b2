"""Reads a store's file of records straight into columns, without a `Record` for each line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from restorebench.errors import StoreError
from restorebench.harness.jsonl import JsonLines
from restorebench.harness.record_json import check_line, decode_line
from restorebench.leaderboard.records.frame import Ledger, batched, current
from restorebench.leaderboard.records.intake import Intake


def read_ledger(records: Path, accept: Callable[[str], bool] | None = None) -> Ledger:
    """The tables of ``records.jsonl``, as `ledger` makes them from `Store.records`.

    A million lines take seconds and a fraction of the memory of their records. Only lines of tasks
    whose name passes `accept` are read. Raises `StoreError` for lines that are not records.
    """
    intake = Intake()
    for batch in batched(_lines(records, accept)):
        try:
            intake.extend(batch)
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
            for line in batch:
                decode_line(line, records)  # one of them is invalid: this says what is wrong
            msg = f"{records}: a record has a field that cannot be read: {error}"
            raise StoreError(msg) from error
    return current(intake)


def _lines(records: Path, accept: Callable[[str], bool] | None) -> Iterator[Mapping[str, Any]]:
    for line in JsonLines(records).each_new():
        check_line(line, records)
        if accept is None or accept(str(line.get("task"))):
            yield line
