"""Workers as jobs of Slurm, which are submitted again where they are lost."""

from __future__ import annotations

import getpass
import logging
import shutil
import subprocess
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from restorebench.errors import EngineError, OptionError
from restorebench.harness.engines.options import EXTRA, LOOPBACK, THREADS, slurm_job
from restorebench.harness.engines.preload import PRELOAD

NAME = "restorebench"
"""What the jobs are called in the queue."""

MOST_BROKEN = 3
"""Jobs that may end, or be refused, before any worker is there."""


class SlurmJobs:
    """`count` jobs of ``partition=gpu,gpus=1,cores=8``, each a worker of one thread.

    Their output is in `logs`, where their certificates are while the run lasts. Raises
    `OptionError` for a package or a program of Slurm that is missing.
    """

    def __init__(self, text: str, logs: Path, count: int) -> None:
        self.logs, self._count = logs.resolve(), count
        self._refusals: list[str] = []
        self._seen: set[str] = set()
        self._broken, self._looked = 0, time.monotonic()
        self.cluster = self._begun(text)

    def keep(self) -> None:
        """Submit again what has gone; `EngineError` where no job ever becomes a worker."""
        connected = {str(w["name"]) for w in self.cluster.scheduler_info["workers"].values()}
        self._seen |= connected
        if (now := time.monotonic()) > self._looked + _patience():
            self._looked = now
            self._forget(connected)
        if not connected:
            self._check()
        self.cluster.scale(self._count)

    def _check(self) -> None:
        """`EngineError` where there is no worker, and further jobs would not help."""
        if len(self._refusals) >= (MOST_BROKEN if self._seen else 1):
            msg = f"Slurm takes no job: {self._refusals[-1]}"
            raise EngineError(msg)
        if self._broken >= MOST_BROKEN and not self._seen:
            msg = (
                f"{self._broken} jobs ended before their worker reached this machine; what they "
                f"printed is in {self.logs}"
            )
            raise EngineError(msg)

    def _forget(self, connected: set[str]) -> None:
        """Give up jobs that are neither workers nor in the queue."""
        jobs = {str(name): job for name, job in dict(self.cluster.workers).items()}
        missing = {name: job for name, job in jobs.items() if name not in connected}
        if not missing or (queue := _queue()) is None:
            return
        gone = [name for name, job in missing.items() if job.job_id not in queue]
        self._broken += sum(name not in self._seen for name in gone)
        self.cluster.sync(self._removed, gone)

    async def _removed(self, names: Iterable[str]) -> None:
        for name in names:
            self.cluster.workers.pop(name, None)

    def _begun(self, text: str) -> Any:
        job = slurm_job(text)
        exports = [f"export {name}={job['job_cpu']}" for name in THREADS]
        cluster, job_class = _packages()
        with _private(self.logs):
            return cluster(
                **job,
                job_cls=_noting(job_class, self._refusals),
                job_name=NAME,
                log_directory=str(self.logs),
                shared_temp_directory=str(self.logs),
                security=True,
                job_script_prologue=exports,
                worker_extra_args=["--no-dashboard", "--preload", PRELOAD],
                scheduler_options={"dashboard_address": f"{LOOPBACK}:0"},
                silence_logs=logging.CRITICAL,
            )


def _packages() -> tuple[Any, Any]:
    try:
        from dask_jobqueue.slurm import SLURMCluster, SLURMJob
    except ImportError as error:
        msg = f"--slurm needs the package dask-jobqueue: {EXTRA}"
        raise OptionError(msg) from error
    if missing := [name for name in ("sbatch", "squeue", "scancel") if not shutil.which(name)]:
        msg = f"--slurm needs Slurm's {' and '.join(missing)}; run it where jobs are submitted"
        raise OptionError(msg)
    return SLURMCluster, SLURMJob


def _noting(job_class: Any, refusals: list[str]) -> Any:
    """The class of jobs, whose refusals by sbatch are noted: Dask only logs them."""

    from distributed.core import Status

    failed = Status.failed

    class Job(job_class):  # type: ignore[misc]
        async def start(self) -> None:
            try:
                await super().start()
            except (OSError, RuntimeError, ValueError) as error:
                refusals.append(str(error).rpartition("stderr:")[2].strip() or repr(error))
                self.status = failed
                raise

    return Job


def _patience() -> float:
    """Seconds between two looks at the queue; Dask waits as long for a worker to come back."""
    import dask

    setting = dask.config.get("distributed.deploy.lost-worker-timeout")
    return float(dask.utils.parse_timedelta(setting))


def _queue() -> set[str] | None:
    """The ids of our jobs that wait or run; None where Slurm does not say."""
    command = ["squeue", "--noheader", "--format=%A", f"--name={NAME}"]
    try:
        done = subprocess.run(
            [*command, f"--user={getpass.getuser()}"],
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return set(done.stdout.split())


@contextmanager
def _private(folder: Path) -> Iterator[None]:
    """Make a folder for logs and certificates that other users cannot read."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        yield
    except ImportError as error:
        msg = f"--slurm encrypts what it sends, with the package cryptography: {EXTRA}"
        raise OptionError(msg) from error
