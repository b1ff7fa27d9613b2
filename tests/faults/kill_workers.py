"""A scheduler of Dask and workers that begin at once, for runs whose workers are to be killed."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from distributed import Client

ALLOWED = "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES"
"""With 0, as of a scheduler that a run begins itself, the driver hears of each lost worker."""

_WORKER = ("distributed.cli.dask_worker", "--no-nanny", "--nthreads", "1", "--no-dashboard")


class Workers:
    """A scheduler, and workers whose processes are forks of one that has imported all.

    `lines[n]` is the line of the store's code at which the n-th worker ends; 0 is never.
    """

    def __init__(self, place: Any, warm_start: Any) -> None:
        self.place, self._warm = place, warm_start
        self._workers: list[Any] = []
        file = place.folder / "scheduler.json"
        server = ("distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0")
        command = (*server, "--no-dashboard", "--scheduler-file", str(file))
        self._scheduler = subprocess.Popen(
            (sys.executable, "-m", *command),
            cwd=place.folder,
            env=place.environment | {ALLOWED: "0"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.address = _address(file)
        self._client = Client(self.address, set_as_default=False)
        self._begun = 0

    def ready(self, *lines: int) -> list[int]:
        """End the workers that are there, and begin others; their processes, once all have come.

        One can have ended before: a worker removes what killed ones have left before it comes.
        """
        self.end_workers()
        names = [self._begin(line) for line in lines]
        end = time.monotonic() + 120
        while self._alive(names) - self._present():
            assert time.monotonic() < end
            time.sleep(0.02)
        return [worker.process.pid for worker in self._workers]

    def replace_dead(self) -> int:
        """Begin a worker for each that was killed; how many there were."""
        dead = [worker for worker in self._workers if worker.process.exitcode == -signal.SIGKILL]
        for worker in dead:
            self._workers.remove(worker)
            worker.wait()
            self._begin(0)
        return len(dead)

    def _begin(self, line: int) -> str:
        self._begun += 1
        name = f"worker-{self._begun}"
        command = ("-m", "killed_run", str(line), "-", *_WORKER, "--name", name, self.address)
        begun = self._warm.Started(command, self.place.folder, self.place.environment)
        self._workers.append(begun)
        return name

    def _alive(self, names: list[str]) -> set[str]:
        """Those of `names` that were not killed; none ends otherwise."""
        ends = [worker.process.exitcode for worker in self._workers]
        assert set(ends) <= {None, -signal.SIGKILL}
        return {name for name, end in zip(names, ends, strict=True) if end is None}

    def _present(self) -> set[str]:
        return {worker["name"] for worker in self._client.scheduler_info()["workers"].values()}

    def end_workers(self) -> None:
        """Kill the workers that are left."""
        for worker in self._workers:
            worker.process.kill()
            worker.wait()
        self._workers.clear()

    def close(self) -> None:
        """End workers and scheduler."""
        self.end_workers()
        self._client.close()
        self._scheduler.terminate()
        self._scheduler.wait(60)


def _address(file: Path) -> str:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if file.exists() and (text := file.read_text()):
            return str(json.loads(text)["address"])
        time.sleep(0.02)
    raise TimeoutError(file)
