"""What is done with a store of many records, step by step."""

from __future__ import annotations

import gc
import json
import resource
import shutil
import sys
import time
from collections.abc import Callable
from hashlib import blake2b
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from restorebench.allocator import keep_freed_memory
from restorebench.cli import COLLECT_EVERY

if TYPE_CHECKING:
    from restorebench.leaderboard.records.ledger import Ledger, Sections

from store_records import batched, lines, new_records
from store_writers import WRITERS

BATCH = 1000
"""Records that are made before they are written."""


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
