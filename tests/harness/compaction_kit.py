"""Stores of small records, to be compacted."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

from restorebench.harness.store import Store
from restorebench.types import Cost, Record

BASE = Record(
    *("toy", "squares", "test", "a", "net", {}, 1, 0, 0, "rule", "p1", "d1", "i", "t", "x"),
    scores={"psnr": 30.1},
    missing={},
    cost=Cost(0.25),
    error=None,
    provenance="run",
    extra={},
)


def some(count: int = 12) -> list[Record]:
    """Records of three restorers on two data sets, in no order."""
    records = [
        replace(BASE, restorer=f"net-{n % 3}", dataset=f"set-{n % 2}", sample=f"s{n}", seed=n)
        for n in range(count)
    ]
    random.Random(0).shuffle(records)
    return records


def store_of(folder: Path, records: list[Record]) -> Store:
    store = Store(folder)
    for record in records:
        store.add(record, replacing=True)
    return store


def stored(folder: Path) -> list[str]:
    """The records, in an order of their own."""
    return sorted(map(repr, Store(folder).records()))


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "records").iterdir() if path.suffix)
