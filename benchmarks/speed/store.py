"""A store of ten million records: compacted, read, shown, appended to; and one JSON file each.

``python benchmarks/speed/store.py FOLDER`` takes ten minutes of a processor and 7 GB in FOLDER,
with ``--records 1000000`` a tenth. Each step is a process of its own; its processor seconds and
its peak memory are the lines of a table. The records of each of four tasks are a part. It says on
stderr what it does; interrupted, the same command goes on with the steps that are left.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from restorebench.atomic import write_text

if TYPE_CHECKING:
    pass

from store_records import TASKS
from store_steps import STEPS, Cost, run_step
from store_writers import WRITERS

PER_PART = ("make", "compact")
ORDER = ("read", "board", *WRITERS, "read files")


class Costs:
    """What was measured, in a file: the same command goes on with what is not."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.known: dict[str, Cost] = {}
        if path.exists():
            self.known = {k: Cost(*v) for k, v in json.loads(path.read_bytes()).items()}

    def measure(self, name: str, step: str, folder: Path, records: int) -> None:
        """Run a step in a process of its own."""
        start = time.strftime("%H:%M:%S")
        print(f"{start} {name} (load {os.getloadavg()[0]:.1f}) …", file=sys.stderr, flush=True)
        command = [sys.executable, __file__, str(folder), "--records", str(records), "--step", step]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        count, *spent = done.stdout.split()
        self.known[name] = Cost(int(count), *map(float, spent))
        write_text(self.path, json.dumps(self.known, indent=1))


def part(costs: Costs, folder: Path, records: int, number: int) -> None:
    """Make and compact the records of a task; they become a part of the store in `folder`."""
    task = TASKS[number - 1]
    names = [f"{step} {task}" for step in PER_PART]
    if not {*names} <= {*costs.known}:
        shutil.rmtree(folder / task, ignore_errors=True)
        for name, step in zip(names, PER_PART, strict=True):
            costs.measure(name, step, folder / task, records)
    for path in (folder / task / "records").glob("000001.*"):
        path.rename(folder / "records" / f"{number:06}{path.suffix}")
    shutil.rmtree(folder / task, ignore_errors=True)


def report(folder: Path, records: int) -> None:
    """Measure what is not known yet, and print the table; parts count together."""
    (folder / "records").mkdir(parents=True, exist_ok=True)
    costs = Costs(folder / "costs.json")
    for number in range(1, len(TASKS) + 1):
        part(costs, folder, records, number)
    for step in ORDER:
        if step not in costs.known:
            costs.measure(step, step, folder, records)
    print("| step | records | processor | wall | per record | peak |\n|---|---|---|---|---|---|")
    for step in PER_PART:
        found = [costs.known[f"{step} {task}"] for task in TASKS]
        counts, cpus, walls, peaks = zip(*found, strict=True)
        show(step, Cost(sum(counts), sum(cpus), sum(walls), max(peaks)))
    for step in ORDER:
        show(step, costs.known[step])
    compare(costs.known)
    shutil.rmtree(folder / "files", ignore_errors=True)


def compare(known: Mapping[str, Cost]) -> None:
    """How many times as fast as files each step is; statistics take the same time from these."""
    read, board, old = known["read"], known["board"], known["read files"]
    print(f"read: {old.each / read.each:.3g} times as fast as files")
    from_files = old.each * board.records + board.cpu - read.cpu
    print(f"board: {from_files / board.cpu:.3g} times as fast as from files")
    for step in [step for step in WRITERS if step != "files"]:
        ratio = known["files"].each / known[step].each
        print(f"{step}: {ratio:.3g} times as fast as files")


def show(step: str, cost: Cost) -> None:
    line = f"| {step} | {cost.records:,} | {cost.cpu:.1f} s | {cost.wall:.1f} s"
    print(f"{line} | {cost.each * 1e6:.1f} µs | {cost.peak:.0f} MiB |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--records", type=int, default=10_000_000)
    parser.add_argument("--step", choices=[*STEPS, *WRITERS])
    given = parser.parse_args()
    if given.step is None:
        report(given.folder, given.records)
    else:
        print(*run_step(given.step, given.folder, given.records))


if __name__ == "__main__":
    main()
