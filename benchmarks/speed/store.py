"""A store of ten million records: compacted, read, shown, appended to; and one JSON file each.

``python benchmarks/speed/store.py FOLDER`` takes ten minutes of a processor and 7 GB in FOLDER,
with ``--records 1000000`` a tenth. Each step is a process of its own; its processor seconds and
its peak memory are the lines of a table. The records of each of four tasks are a part. It says on
stderr what it does; interrupted, the same command goes on with the steps that are left.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, TypeVar

import numpy as np

from restorebench.allocator import keep_freed_memory
from restorebench.atomic import write_text
from restorebench.cli import COLLECT_EVERY
from restorebench.harness.record_json import decode, encode
from restorebench.harness.store import Store
from restorebench.types import Record

if TYPE_CHECKING:
    from restorebench.leaderboard.records.ledger import Ledger, Sections

TASKS = ("bokeh", "dehaze", "shadow", "stereo")
DATASETS, IMAGES = 10, 2000
"""Data sets of each task, and images of each of them."""
APPENDED = 20_000
"""Records that are appended, and written as files."""
FILES = 100_000
"""Records that are files in the comparison, which is scaled from there."""
BATCH = 1000
"""Records that are made before they are written."""

T = TypeVar("T")
Line = tuple[str, str]
"""A name, and a record as JSON."""
Write: TypeAlias = Callable[[list[Record]], Any]
"""Writes some records."""


def restorers(records: int) -> int:
    """How many restorers there are, so that there are so many records."""
    return max(2, round(records / (len(TASKS) * DATASETS * IMAGES)))


def lines(records: int, task: str) -> Iterator[Line]:
    """A task's share of so many records, restorer after restorer on each data set."""
    random = np.random.default_rng(TASKS.index(task))
    for dataset in range(DATASETS):
        base = random.normal(28, 4, IMAGES)
        for restorer in range(restorers(records)):
            psnr = base + 0.05 * restorer + random.normal(0, 1, IMAGES)
            yield from cell(task, dataset, restorer, psnr, random.bytes(16 * IMAGES).hex())


def cell(task: str, dataset: int, restorer: int, psnr: np.ndarray, digests: str) -> Iterator[Line]:
    """The records of one restorer on one data set."""
    where = f"{task}-{dataset}"
    head = {
        **dict(zip(("task", "dataset", "split"), (task, where, "test"), strict=True)),
        **dict.fromkeys(("draw", "seed"), 0),
        **dict.fromkeys(("schema", "revision"), 1),
        "restorer": f"net-{restorer}",
        "options": {"k": restorer % 5} if restorer % 2 else {},
        "protocol": "ntire-rgb",
        "protocol_hash": "1de9775d80b7bbcc",
        "dataset_hash": blake2b(where.encode(), digest_size=16).hexdigest(),
        "missing": {},
        "error": None,
        "provenance": "9ccd1da2f6585392",
        "fingerprint": "",
        "extra": {"trained_on": "0" * 32},
    }
    start = json.dumps(head)[:-1]
    for image, value in enumerate(psnr.tolist()):
        name = f"{TASKS.index(task):02x}{dataset:02x}{image:028x}"
        body = (
            f'{start}, "sample": "{image:05}", "input": "{name}", "target": "{name[::-1]}", '
            f'"prediction": "{digests[32 * image : 32 * image + 32]}", '
            f'"scores": {{"psnr": {value!r}, "ssim": {1 - 2.0 ** (-value / 10)!r}, '
            f'"lpips": {2.0 ** (-value / 7)!r}}}, "cost": {{"seconds": {0.1 + value / 1e3!r}, '
            '"peak_bytes": 4096, "nfe": 100, "parameters": 137000000, "macs": null}'
        )
        yield f"{where}-{restorer}-{image}", body


def make(folder: Path, records: int) -> int:
    """Write the lines of the task after which `folder` is named."""
    count = 0
    with (folder / "records.jsonl").open("w", encoding="utf-8") as file:
        for _, body in lines(records, folder.name):
            digest = blake2b(f"{body}}}".encode(), digest_size=8).hexdigest()
            file.write(f'{body}, "checksum": "{digest}"}}\n')
            count += 1
    return count


def compact(folder: Path, records: int) -> int:
    from restorebench.harness.parquet.compaction import compact as compact_store

    done = compact_store(folder)
    sizes = f"{done.before / 1e9:.2f} GB of lines, {done.after / 1e9:.2f} GB of Parquet"
    print(sizes, file=sys.stderr)
    return done.records


def read(folder: Path, records: int) -> int:
    """The tables of every section, one after the other; nothing is averaged."""
    from restorebench.leaderboard import read_ledger

    return sum(len(section.load().facts) for section in read_ledger(folder).sections())


def board(folder: Path, records: int) -> int:
    """The boards in a terminal, with the statistics that it shows."""
    from restorebench.leaderboard import read_ledger

    return shown(read_ledger(folder))


def shown(ledger: Sections) -> int:
    from restorebench.leaderboard import boards
    from restorebench.leaderboard.render.terminal import plain
    from restorebench.plugins import suite

    found = boards(ledger, suite(), intervals="ranking")
    assert plain(found)
    return sum(row.images for b in found for s in b.sections for row in s.rows)


def append(folder: Path) -> Write:
    """Add records one by one, as the run of one process does."""
    store = Store(folder)
    return lambda batch: [store.add(record) for record in batch]


def append_groups(size: int) -> Callable[[Path], Write]:
    """Add so many records at once, as a run with workers does with those of a range."""

    def begun(folder: Path) -> Write:
        store = Store(folder)
        return lambda batch: [store.add_all(group) for group in batched(batch, size)]

    return begun


def files(folder: Path) -> Write:
    """Write records as files of their own, whole or not at all, as a store must."""
    (folder / "files").mkdir()

    def write(batch: Sequence[Record]) -> None:
        for record in batch:
            name = f"{record.dataset}-{record.restorer}-{record.sample}"
            path = folder / "files" / name[:8] / f"{name}.json"
            path.parent.mkdir(exist_ok=True)
            part = path.with_suffix(".part")
            part.write_text(json.dumps(encode(record)), encoding="utf-8")
            part.replace(path)

    return write


def new_records(records: int) -> Iterator[Record]:
    """Records of restorers that the store does not have."""
    for _, body in lines(records, TASKS[0]):
        line = json.loads(body + "}")
        yield decode({**line, "restorer": line["restorer"].replace("net", "new")})


def batched(stream: Iterable[T], size: int) -> Iterator[list[T]]:
    """Lists of so many, the last one shorter."""
    rest = iter(stream)
    while batch := list(islice(rest, size)):
        yield batch


def read_files(folder: Path, records: int) -> int:
    """The same tables, from files."""
    return len(ledger_of_files(folder).facts)


def ledger_of_files(folder: Path) -> Ledger:
    from restorebench.leaderboard.records.intake import Intake
    from restorebench.leaderboard.records.ledger import batched, current

    intake = Intake()
    paths = sorted((folder / "files").glob("*/*.json"))
    for batch in batched(json.loads(path.read_bytes()) for path in paths):
        intake.extend(batch)
    return current(intake)


STEPS: dict[str, Callable[[Path, int], int]] = {
    "make": make,
    "compact": compact,
    "read": read,
    "board": board,
    "read files": read_files,
}
WRITERS: dict[str, tuple[int, Callable[[Path], Write]]] = {
    "append one by one": (APPENDED, append),
    "append 20 at once": (APPENDED, append_groups(20)),
    "append 200 at once": (APPENDED, append_groups(200)),
    "files": (FILES, files),
}
"""How many records each of them writes; making the records is not measured."""
PER_PART = ("make", "compact")
ORDER = ("read", "board", *WRITERS, "read files")


class Cost(NamedTuple):
    """Records, processor seconds, wall seconds and peak MiB of a step."""

    records: int
    cpu: float
    wall: float
    peak: float

    @property
    def each(self) -> float:
        """Processor seconds of a record."""
        return self.cpu / self.records


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


def run_step(step: str, folder: Path, records: int) -> Cost:
    """One step, in this process."""
    folder.mkdir(exist_ok=True)
    gc.set_threshold(COLLECT_EVERY)  # as the command line does
    keep_freed_memory()
    if step in STEPS:
        start, cpu = time.perf_counter(), time.process_time()
        count = STEPS[step](folder, records)
        return Cost(count, time.process_time() - cpu, time.perf_counter() - start, peak())
    return written(step, folder, records)


def written(step: str, folder: Path, records: int) -> Cost:
    """What writing records costs, without making them; what was written before is removed."""
    (folder / "records.jsonl").unlink(missing_ok=True)
    shutil.rmtree(folder / "files", ignore_errors=True)
    most, begun = WRITERS[step]
    write, count, cpu, wall = begun(folder), 0, 0.0, 0.0
    for batch in batched(islice(new_records(records), most), BATCH):
        start, before = time.perf_counter(), time.process_time()
        write(batch)
        count += len(batch)
        cpu, wall = cpu + time.process_time() - before, wall + time.perf_counter() - start
    return Cost(count, cpu, wall, peak())


def peak() -> float:
    """The most memory that this process had, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


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
