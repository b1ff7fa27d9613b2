"""What a busy process beside it does to a network, by how OpenMP's threads wait."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable

from evaluations import Process
from timing import in_turn, seconds

from restorebench.threads import BRIEF

WAYS = {
    "two threads, as they come": {},
    "two threads that wait briefly, as `restorebench` sets it on a busy machine": BRIEF,
    "two threads, `OMP_WAIT_POLICY=PASSIVE`": {"OMP_WAIT_POLICY": "PASSIVE"},
    "one thread": {"OMP_NUM_THREADS": "1"},
}


def neighbours(size: int, rounds: int) -> list[str]:
    """A table of one evaluation on `size` × `size`, alone and beside an endless loop."""
    loop = subprocess.Popen([sys.executable, "-c", "while True: pass"])

    def beside(call: Callable[[], float]) -> Callable[[], float]:
        def run() -> float:
            os.kill(loop.pid, signal.SIGCONT)
            took = call()
            os.kill(loop.pid, signal.SIGSTOP)
            return took

        return run

    os.kill(loop.pid, signal.SIGSTOP)
    started = {way: Process("fp32", size, **environment) for way, environment in WAYS.items()}
    crowded = {f"{way}, beside": beside(call) for way, call in started.items()}
    found = in_turn({**started, **crowded}, rounds)
    for process in started.values():
        process.end()
    loop.kill()
    lines = ["| what | alone | beside a busy process |", "|---|---|---|"]
    return lines + [
        f"| {way} | {seconds(found[way])} | {seconds(found[f'{way}, beside'])} |" for way in WAYS
    ]
