"""From a million lines of a store to every table: seconds, and the peak memory of the process.

Processor seconds, so that a busy machine does not count; pytest-benchmark shows those of the clock.

The lines are those of 4 tasks with 2 data sets of 5,000 images, scored for 25 restorers; written
beforehand, and read by a process of its own, whose memory is measured.
"""

from __future__ import annotations

import subprocess
import sys
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from restorebench.harness.jsonl import checked

TASKS = ("bokeh", "dehaze", "shadow", "stereo")
DATASETS, RESTORERS, IMAGES = 2, 25, 5000
SECONDS, MEBIBYTES = 20, 2048
REASON = "the network's weights are not here: put alexnet-owt-7be5be79.pth into its cache"

TABLES = """
import resource, sys, time
from pathlib import Path
start = time.process_time()
from restorebench.leaderboard import boards, read_ledger
from restorebench.leaderboard.render.csv_format import csv
from restorebench.leaderboard.render.markdown import markdown
from restorebench.leaderboard.render.terminal import plain
from restorebench.plugins import suite
ledger = read_ledger(Path(sys.argv[1]).parent)
read = time.process_time()
tables = boards(ledger, suite())
assert all(render(tables) for render in (markdown, plain, csv))
end = time.process_time()
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
sections = [section for board in tables for section in board.sections]
print(read - start, end - read, peak, sum(row.images for s in sections for row in s.rows))
"""


def line(task: str, dataset: int, restorer: int, image: int, psnr: float, digest: str) -> str:
    """A record as a store writes it; half of the data sets lack LPIPS."""
    where = (TASKS.index(task) * DATASETS + dataset) * IMAGES + image
    scores = {"psnr": psnr, "ssim": 1 - float(np.exp(-psnr / 15))}
    fields = {
        "task": task,
        "dataset": f"{task}-{dataset}",
        "split": "test",
        "sample": f"{image:05}",
        "restorer": f"net-{restorer}",
        "options": {"k": restorer % 5} if restorer % 2 else {},
        "revision": 1,
        "draw": 0,
        "seed": 0,
        "protocol": "ntire-rgb",
        "fingerprint": "",
        "protocol_hash": "1de9775d80b7bbcc",
        "dataset_hash": f"{task}{dataset}" * 5,
        "input": f"i{where:031}",
        "target": f"t{where:031}",
        "prediction": digest,
        "scores": scores | ({} if dataset else {"lpips": float(np.exp(-psnr / 10))}),
        "missing": {"lpips": REASON} if dataset else {},
        "cost": {"seconds": 0.1, "peak_bytes": 4096, "nfe": 9, "parameters": 1, "macs": None},
        "error": None,
        "provenance": "9ccd1da2f6585392",
        "extra": {},
        "schema": 1,
    }
    return checked(fields).decode()


@pytest.fixture(scope="module")
def million(tmp_path_factory):
    path = tmp_path_factory.mktemp("store") / "records.jsonl"
    random = np.random.default_rng(0)
    with path.open("w", encoding="utf-8") as file:
        for task, dataset in product(TASKS, range(DATASETS)):
            base = random.normal(28, 4, IMAGES)
            for restorer in range(RESTORERS):
                psnr = base + 0.15 * restorer + random.normal(0, 1, IMAGES)
                digests = random.bytes(16 * IMAGES).hex()
                for image in range(IMAGES):
                    digest = digests[32 * image : 32 * image + 32]
                    text = line(task, dataset, restorer, image, float(psnr[image]), digest)
                    file.write(text + "\n")
    yield path
    path.unlink()


@pytest.mark.benchmark(group="tables of a million records")
def test_tables_of_a_million_records(benchmark, million: Path) -> None:
    found: list[float] = []

    def run() -> None:
        command = [sys.executable, "-c", TABLES, str(million)]
        printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        found[:] = map(float, printed.split())

    benchmark.pedantic(run, rounds=1)
    read, tables, peak, images = found
    benchmark.extra_info |= {"read_s": read, "tables_s": tables, "peak_mib": peak}
    print(f"\nread {read:.1f} s, tables {tables:.1f} s of processor, peak {peak:.0f} MiB")
    assert images == len(TASKS) * DATASETS * RESTORERS * IMAGES
    assert read + tables < SECONDS
    assert peak < MEBIBYTES
