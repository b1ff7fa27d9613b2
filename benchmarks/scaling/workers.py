"""Measures runs of skewed restorations by 1, 2 and 4 workers in turn, and simulates the same ones.

``python benchmarks/scaling/workers.py`` takes some 5 minutes on two cores; the named alternative is
``--workers 1``. Restorations wait, as for a GPU, or with ``--computes`` need a core each. The time
is that from the begin of the first restoration to the end of the last.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import costs
from simulation import Costs, Run
from skewed_task import COUNT, factor, work


def measured(folder: Path, workers: int, options: str) -> tuple[float, float, int]:
    """Seconds, those of all restorations together, and the number of processes."""
    with tempfile.TemporaryDirectory(dir=folder) as place:
        log = Path(place, "log")
        command = [sys.executable, "-m", "restorebench", "run", "--restorer", f"skewed:{options}"]
        subprocess.run(
            [*command, "--workers", str(workers), "--results", place],
            env={**os.environ, "SKEWED_LOG": str(log)},
            check=True,
            capture_output=True,
        )
        lines = [line.split() for line in log.read_text().splitlines()]
    begins, ends = ([float(line[n]) for line in lines] for n in (1, 2))
    together = sum(end - begin for begin, end in zip(begins, ends, strict=True))
    return max(ends) - min(begins), together, len({line[0] for line in lines})


def simulated(seconds: float, workers: int) -> float:
    """Seconds of the same run without the driver's last collecting, by the simulation."""
    times = [seconds * factor(number) for number in range(COUNT)]
    return Run([times], workers, Costs()).result().seconds


def speed() -> float:
    """Multiplications in a second of a core, the best of a few."""
    rounds, found = 200_000, []
    for _ in range(5):
        start = time.process_time()
        work(rounds)
        found.append(rounds / (time.process_time() - start))
    return max(found)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=0.25)
    parser.add_argument("--computes", action="store_true")
    given = parser.parse_args()
    options = f"seconds={given.seconds}"
    if given.computes:
        options += f",computes=true,rate={speed():.0f}"
    found: dict[int, list[tuple[float, float, int]]] = {n: [] for n in given.workers}
    loads = []
    with tempfile.TemporaryDirectory() as name, costs.installed(Path(name)):
        for _ in range(given.rounds):
            for workers in given.workers:
                found[workers].append(measured(Path(name), workers, options))
                loads.append(os.getloadavg()[0])
    print(f"load of the machine meanwhile: {min(loads):.1f} to {max(loads):.1f}")
    print("| workers | seconds | times as fast | restoring together | simulated |")
    print("|--:|--:|--:|--:|--:|")
    first = [row[0] for row in found[given.workers[0]]]
    for workers, rows in found.items():
        seconds = [row[0] for row in rows]
        ratio = statistics.median(a / b for a, b in zip(first, seconds, strict=True))
        together = statistics.median(row[1] for row in rows)
        predicted = "" if given.computes else f"{simulated(given.seconds, workers):.1f}"
        numbers = f"{statistics.median(seconds):.1f} | {ratio:.2f} | {together:.1f}"
        print(f"| {workers} | {numbers} | {predicted} |")


if __name__ == "__main__":
    main()
