"""Processor time of commands, imports included."""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
from collections.abc import Callable

from timing import in_turn

COMMANDS = {
    "restorebench --help": (sys.executable, "-m", "restorebench", "--help"),
    "restorebench leaderboard (no records)": (sys.executable, "-m", "restorebench", "leaderboard"),
    "restorebench doctor": (sys.executable, "-m", "restorebench", "doctor"),
    "restorebench doctor --deep": (sys.executable, "-m", "restorebench", "doctor", "--deep"),
    "python -c 'import pandas'": (sys.executable, "-c", "import pandas"),
    "python -c 'import torch'": (sys.executable, "-c", "import torch"),
}


def starts(rounds: int) -> list[str]:
    """A table of the commands' processor time, user and system."""

    def of(command: tuple[str, ...]) -> Callable[[], float]:
        def run() -> float:
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            subprocess.run(command, capture_output=True, check=False)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

        return run

    found = in_turn({name: of(command) for name, command in COMMANDS.items()}, rounds)
    lines = ["| command | processor time, median |", "|---|---|"]
    return lines + [f"| `{k}` | {statistics.median(v):.2f} s |" for k, v in found.items()]
