"""A store's file of records straight into columns, without a `Record` for each line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from restorebench.harness.codec import SCHEMA, decode, numbers
from restorebench.harness.jsonl import JsonLines
from restorebench.leaderboard.frame import Ledger, holding
from restorebench.leaderboard.intake import Intake


def read_ledger(records: Path, wanted: Callable[[str], bool] | None = None) -> Ledger:
    """The tables of ``records.jsonl``, as `ledger` makes them from `Store.records`.

    A million lines take seconds and a fraction of the memory of their records. `wanted` says of a
    task's name whether its lines are taken in. Raises `StoreError` for lines that are no records.
    """
    intake = Intake()
    for line in JsonLines(records).each_new():
        if wanted is not None and not wanted(line["task"]):
            continue
        if line.get("schema") != SCHEMA:
            decode(line)  # raises, and says what is wrong
        intake.add(line, numbers(line["scores"]))
    return holding(intake)
