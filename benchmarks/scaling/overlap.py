"""Measures runs that score an image while the next one is restored, beside runs that do not.

``python benchmarks/scaling/overlap.py`` takes some 3 minutes on two cores. A restorer that waits,
as for a GPU, takes as long as its images take to score, which is the best case; one that computes
on the CPU needs the cores that scoring needs. Each round runs both ways in turn on new stores.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

os.environ["SKEWED_SIZE"] = "512"
import skewed_task

from restorebench.harness.plan import Cell, RestorerRef
from restorebench.harness.run import Runner, Settings
from restorebench.harness.store import Store
from restorebench.plugins import Suite, inline
from restorebench.plugins import suite as installed

COUNT = 7
"""Images of a run: of the restorer that waits, those before the first that takes longer."""


class Took(NamedTuple):
    """Seconds of a run on the clock, and what its records say that restorations took together."""

    run: float
    restoring: float


def took(suite: Suite, cell: Cell, *, overlap: bool) -> Took:
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(limit=COUNT, overlap=overlap)
        runner = Runner(suite, Store(Path(folder)), settings)
        runner.splits.prepare(cell)
        start = time.perf_counter()
        records = [outcome.record for outcome in runner.run(cell)]
        seconds = time.perf_counter() - start
    assert all(record.error is None for record in records)
    return Took(seconds, sum(record.cost.seconds for record in records if record.cost))


def cells() -> Iterator[tuple[str, Suite, Cell]]:
    """What is measured, by its title."""
    waits = Suite([inline(skewed_task, "skewed")])
    cell = Cell("skewed", "skewed", "test", RestorerRef("skewed", (("seconds", 0.001),)))
    took(waits, cell, overlap=False)
    found = took(waits, cell, overlap=False)
    options = (("seconds", round((found.run - found.restoring) / COUNT, 3)),)
    yield f"waits {options[0][1]:.2f} s", waits, Cell(*_names(cell), RestorerRef("skewed", options))
    title = "dehaze-regression"
    yield title, installed(), Cell("dehaze", "dehaze-scenes", "test", RestorerRef(title))


def _names(cell: Cell) -> tuple[str, str, str]:
    return cell.task, cell.dataset, cell.split


def line(title: str, between: list[Took], beside: list[Took]) -> str:
    faster = [a.run / b.run for a, b in zip(between, beside, strict=True)]
    longer = [b.restoring / a.restoring for a, b in zip(between, beside, strict=True)]
    runs = (statistics.median(t.run for t in way) for way in (between, beside))
    ratios = (f"{statistics.median(r):.2f} ({min(r):.2f}–{max(r):.2f})" for r in (faster, longer))
    return " | ".join(["", title, *(f"{r:.1f} s" for r in runs), *ratios, ""]).strip()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    print("| restorer | scored in between | beside | times as fast | recorded seconds, times |")
    for title, suite, cell in cells():
        took(suite, cell, overlap=False)
        found: dict[bool, list[Took]] = {False: [], True: []}
        for _ in range(rounds):
            for overlap, way in found.items():
                way.append(took(suite, cell, overlap=overlap))
        print(line(title, found[False], found[True]), f"load {os.getloadavg()[0]:.1f}", flush=True)


if __name__ == "__main__":
    main()
