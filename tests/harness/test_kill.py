"""A run that is killed at any moment loses no finished record and repeats none."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from restorebench.harness.store import Store, record_key

RUN = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
import toy_task
from restorebench.harness.plan import Cell, RestorerRef
from restorebench.harness.run import Runner
from restorebench.harness.store import Store
from restorebench.plugins import Suite, inline
toy_task.IDS = tuple(f"test-{n:04d}" for n in range(300))
suite = Suite([inline(toy_task, "toy")])
cell = Cell("toy", "toy-squares", "test", RestorerRef.parse("brighten:pause=0.004"))
for outcome in Runner(suite, Store(Path(sys.argv[2]))).run(cell):
    pass
"""


def finished(folder: Path) -> list[str]:
    """The whole lines of the records file."""
    path = folder / "records.jsonl"
    return path.read_bytes().decode().split("\n")[:-1] if path.exists() else []


def kill_at_work(process: subprocess.Popen, results: Path, rng: random.Random) -> None:
    """SIGKILL a few records from now, at any moment of the writing of the next ones."""
    goal = len(finished(results)) + rng.randint(1, 6)
    while len(finished(results)) < goal:
        assert process.poll() is None, "it ended before it was killed"
        time.sleep(0.001)
    time.sleep(rng.uniform(0, 0.02))
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL


@pytest.mark.slow
def test_twenty_kills_lose_nothing_and_repeat_nothing(tmp_path):
    results, calls = tmp_path / "results", tmp_path / "calls"
    command = [sys.executable, "-c", RUN, str(Path(__file__).parent), str(results)]
    environment = {**os.environ, "TOY_CALLS": str(calls)}
    rng, before = random.Random(0), []
    for _ in range(20):
        kill_at_work(subprocess.Popen(command, env=environment), results, rng)
        after = finished(results)
        assert after[: len(before)] == before
        before = after
    subprocess.run(command, env=environment, check=True)
    keys = [record_key(record) for record in Store(results).records()]
    assert len(keys) == len(finished(results)) == 300
    # at most the one restoration in flight at each kill was made twice
    assert 300 <= len(calls.read_text().split()) <= 300 + 20
