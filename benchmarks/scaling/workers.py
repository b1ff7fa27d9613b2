"""Measures runs of skewed restorations by 1, 2 and 4 workers in turn, and simulates the same ones.

``python benchmarks/scaling/workers.py`` takes some 5 minutes on two cores; the named alternative is
``--workers 1``. Restorations wait, as for a GPU, or with ``--computes`` need a core each. Imports
do not count: the time begins when each worker has restored and scored something.
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


def measured(folder: Path, workers: int, options: str) -> float:
    """Seconds of work done in a second, from when all workers have begun to the end of the run."""
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
    rows = [(process, *map(float, numbers)) for process, *numbers in lines]
    begins: dict[str, list[float]] = {}
    for process, begin, _, _ in rows:
        begins.setdefault(process, []).append(begin)
    assert len(begins) == workers, "some worker has come too late"
    start = max(found[1] for found in begins.values())  # it imports what scores the first one
    done = sum(seconds for _, begin, _, seconds in rows if begin >= start)
    return done / (max(end for _, _, end, _ in rows) - start)


def simulated(seconds: float, workers: int, alone: float) -> float:
    """The same by the simulation, for the pace that one worker had."""
    times = [seconds * factor(number) for number in range(COUNT)]
    beside = sum(times) * (1 / alone - 1) / COUNT  # of an image: made, scored, stored
    run = Run([times], workers, Costs(worker_image=beside))
    return sum(times) / run.result().seconds


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
    found: dict[int, list[float]] = {n: [] for n in given.workers}
    print("| workers | work in a second | load of the machine |")
    with tempfile.TemporaryDirectory() as name, costs.installed(Path(name)):
        for _ in range(given.rounds):
            for workers in given.workers:
                found[workers].append(measured(Path(name), workers, options))
                print(f"| {workers} | {found[workers][-1]:.2f} | {os.getloadavg()[0]:.1f} |")
    print("| workers | times as fast | simulated |")
    alone = found[given.workers[0]]
    pace = statistics.median(alone)
    for workers, rows in found.items():
        ratios = [b / a for a, b in zip(alone, rows, strict=True)]
        value = "" if given.computes else f"{simulated(given.seconds, workers, pace) / pace:.2f}"
        print(f"| {workers} | {statistics.median(ratios):.2f} | {value} |")


if __name__ == "__main__":
    main()
