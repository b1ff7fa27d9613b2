"""A store of ten million records: compacted, read, shown, appended to; and one JSON file each.

``python benchmarks/speed/store.py FOLDER`` takes half an hour of a processor and 15 GB in FOLDER,
with ``--records 1000000`` a tenth. Each step is a process of its own; its processor seconds and
its peak memory are the lines of a table. The records of each of four tasks are a part.
"""

from __future__ import annotations

import argparse
import gc
import json
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from restorebench.allocator import keep_freed_memory
from restorebench.cli import COLLECT_EVERY

if TYPE_CHECKING:
    from restorebench.leaderboard.records.ledger import Ledger, Sections

TASKS = ("bokeh", "dehaze", "shadow", "stereo")
DATASETS, IMAGES = 10, 2000
"""Data sets of each task, and images of each of them."""
APPENDED = 20_000
"""Records that are appended, and written as files."""
FILES = 100_000
"""Records that are files in the comparison, which is scaled from there."""

Line = tuple[str, str]
"""A name for a file, and a record as JSON."""


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


def append(folder: Path, records: int) -> int:
    """Add records of restorers that are new, as a run does."""
    from restorebench.harness.record_json import decode
    from restorebench.harness.store import Store

    store = Store(folder)
    before = sum(1 for _ in store.path.open("rb")) if store.path.exists() else 0
    for (_, body), _ in zip(lines(records, TASKS[0]), range(APPENDED), strict=False):
        line = json.loads(body + "}")
        store.add(decode({**line, "restorer": line["restorer"].replace("net", "new")}))
    return sum(1 for _ in store.path.open("rb")) - before


def files(folder: Path, records: int) -> int:
    """Write records as files of their own, whole or not at all, as a store must."""
    made = 0
    for name, body in lines(records, TASKS[0]):
        made += 1
        path = folder / "files" / name[:8] / f"{name}.json"
        path.parent.mkdir(exist_ok=True, parents=True)
        part = path.with_suffix(".part")
        part.write_text(body + "}", encoding="utf-8")
        part.replace(path)
        if made == FILES:
            return made
    return made


def read_files(folder: Path, records: int) -> int:
    """The same tables, from files."""
    return len(ledger_of_files(folder).facts)


def board_of_files(folder: Path, records: int) -> int:
    """The same boards, from files."""
    return shown(ledger_of_files(folder))


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
    "append": append,
    "files": files,
    "read files": read_files,
    "board of files": board_of_files,
}


Cost = tuple[int, float, float, float]
"""Records, processor seconds, wall seconds and peak MiB of a step."""


def measured(step: str, folder: Path, records: int) -> Cost:
    command = [sys.executable, __file__, str(folder), "--records", str(records), "--step", step]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    count, cpu, wall, peak = done.stdout.split()
    return int(count), float(cpu), float(wall), float(peak)


def part(folder: Path, records: int, number: int) -> tuple[Cost, Cost]:
    """Make and compact the records of a task; they become a part of the store in `folder`."""
    own = folder / TASKS[number - 1]
    costs = measured("make", own, records), measured("compact", own, records)
    for path in (own / "records").glob("000001.*"):
        path.rename(folder / "records" / f"{number:06}{path.suffix}")
    shutil.rmtree(own)
    return costs


def report(folder: Path, records: int, jobs: int) -> None:
    """Print the table; what is made and compacted in parts counts together."""
    (folder / "records").mkdir(parents=True)
    print("| step | records | processor | wall | per record | peak |\n|---|---|---|---|---|---|")
    with ThreadPoolExecutor(jobs) as pool:
        numbers = range(1, len(TASKS) + 1)
        costs = list(pool.map(lambda number: part(folder, records, number), numbers))
    for step, found in zip(("make", "compact"), zip(*costs, strict=True), strict=True):
        counts, cpus, walls, peaks = zip(*found, strict=True)
        show(step, (sum(counts), sum(cpus), max(walls), max(peaks)))
    for step in [step for step in STEPS if step not in {"make", "compact"}]:
        show(step, measured(step, folder, records))
    shutil.rmtree(folder / "files")


def show(step: str, cost: Cost) -> None:
    count, cpu, wall, peak = cost
    line = f"| {step} | {count:,} | {cpu:.1f} s | {wall:.1f} s | {cpu / count * 1e6:.1f} µs"
    print(f"{line} | {peak:.0f} MiB |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--records", type=int, default=10_000_000)
    parser.add_argument("--jobs", type=int, default=1, help="parts that are compacted at once")
    parser.add_argument("--step", choices=STEPS)
    given = parser.parse_args()
    if given.step is None:
        report(given.folder, given.records, given.jobs)
        return
    given.folder.mkdir(exist_ok=True)
    gc.set_threshold(COLLECT_EVERY)  # as the command line does
    keep_freed_memory()
    start, cpu = time.perf_counter(), time.process_time()
    count = STEPS[given.step](given.folder, given.records)
    spent = time.process_time() - cpu, time.perf_counter() - start
    print(count, *spent, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


if __name__ == "__main__":
    main()
