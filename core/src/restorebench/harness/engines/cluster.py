"""The Dask cluster of a run: processes here, jobs of Slurm, or somebody's scheduler."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from restorebench.errors import EngineError, OptionError
from restorebench.harness.engines.options import EngineOptions, slurm_job
from restorebench.metrics.tiles import processors

_THREADS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")
_PRELOAD = "restorebench.harness.engines.preload"
_EXTRA = "pip install 'restorebench[cluster]'"


class Connection:
    """A client of the run's scheduler, and what keeps its workers there."""

    def __init__(self, client: Any, cluster: Any, wanted: int) -> None:
        self.client = client
        self._cluster, self._wanted = cluster, wanted
        self._known: set[str] = set()

    @property
    def dashboard(self) -> str:
        """Where Dask's own page is, ``""`` where it has none (it needs the package bokeh)."""
        served = find_spec("bokeh") is not None
        return str(self.client.dashboard_link or "") if served else ""

    def threads(self) -> int:
        """How many ranges can run at once now; `EngineError` where the scheduler is gone."""
        workers = self._workers()
        self._known.update(workers)
        return sum(workers.values())

    def has_lost_workers(self) -> bool:
        """Whether workers are gone that were there the last time; errors as `threads`."""
        known, self._known = self._known, set(self._workers())
        return not known <= self._known

    def _workers(self) -> dict[str, int]:
        """The number of threads of each, by its address."""
        try:
            return dict(self.client.nthreads())
        except Exception as error:  # of sockets, timeouts, asyncio
            msg = (
                f"the scheduler cannot be reached any more ({type(error).__name__}: {error}); what "
                "is finished is kept, and the same command continues from there"
            )
            raise EngineError(msg) from error

    def keep_workers(self) -> None:
        """Ask again for the jobs of workers that were lost."""
        if self._cluster is not None:
            self._cluster.scale(self._wanted)


@contextmanager
def connected(options: EngineOptions, folder: Path) -> Iterator[Connection]:
    """Connect to a scheduler, which is begun unless one is given; `folder` is the store's.

    Raises `OptionError` for a package that is missing, `EngineError` where it cannot be reached.
    """
    dask, distributed = _packages()
    with ExitStack() as stack:
        stack.enter_context(dask.config.set(_settings(options)))
        logging.getLogger("distributed").setLevel(logging.CRITICAL)  # losses are said by us
        try:
            cluster = _cluster(distributed, options, folder)
            if cluster is not None:
                stack.callback(cluster.close)
            where = options.scheduler if cluster is None else cluster
            client = stack.enter_context(distributed.Client(where, set_as_default=False))
            if options.slurm is not None:
                cluster.scale(options.count)
        except (OSError, RuntimeError, ValueError) as error:
            msg = f"the engine cannot begin: {error or type(error).__name__}"
            raise EngineError(msg) from error
        yield Connection(client, cluster, options.count)


def _packages() -> tuple[Any, Any]:
    try:
        import dask
        import distributed
    except ImportError as error:
        msg = f"--engine dask needs the package distributed: {_EXTRA}"
        raise OptionError(msg) from error
    return dask, distributed


def _settings(options: EngineOptions) -> dict[str, Any]:
    """Of Dask: the driver counts losses itself, and cores are shared out among workers."""
    found: dict[str, Any] = {"distributed.scheduler.allowed-failures": 0}
    if not options.is_elsewhere:
        threads = max(1, processors() // options.count)
        found["distributed.nanny.pre-spawn-environ"] = dict.fromkeys(_THREADS, threads)
    return found


def _cluster(distributed: Any, options: EngineOptions, folder: Path) -> Any:
    if options.scheduler is not None:
        return None
    if options.slurm is not None:
        return _slurm(options.slurm, folder)
    return distributed.LocalCluster(
        n_workers=options.count,
        threads_per_worker=1,
        processes=True,
        host="127.0.0.1",
        dashboard_address="127.0.0.1:0",
        memory_limit=None,  # as without workers: the system decides
        silence_logs=logging.CRITICAL,
        preload=[_PRELOAD],
    )


def _slurm(text: str, folder: Path) -> Any:
    try:
        from dask_jobqueue.slurm import SLURMCluster
    except ImportError as error:
        msg = f"--slurm needs the package dask-jobqueue: {_EXTRA}"
        raise OptionError(msg) from error
    job = slurm_job(text)
    exports = [f"export {name}={job['cores']}" for name in _THREADS]
    logs = folder.resolve() / "slurm"
    with _private(logs):
        return SLURMCluster(
            **job,
            job_name="restorebench",
            log_directory=str(logs),
            shared_temp_directory=str(logs),
            security=True,
            job_script_prologue=exports,
            worker_extra_args=["--nthreads", "1", "--preload", _PRELOAD],
            scheduler_options={"dashboard_address": "127.0.0.1:0"},
            silence_logs=logging.CRITICAL,
        )


@contextmanager
def _private(folder: Path) -> Iterator[None]:
    """Make a folder for logs and certificates that other users cannot read."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        yield
    except ImportError as error:
        msg = f"--slurm encrypts what it sends, with the package cryptography: {_EXTRA}"
        raise OptionError(msg) from error
