"""The Dask cluster of a run: processes here, jobs of Slurm, or somebody's scheduler."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from restorebench.errors import EngineError, OptionError
from restorebench.harness.engines.once import BegunBeforeError, forget, submit_once
from restorebench.harness.engines.options import EXTRA, LOOPBACK, THREADS, EngineOptions
from restorebench.harness.engines.preload import PRELOAD
from restorebench.harness.engines.slurm import SlurmJobs
from restorebench.metrics.tiles import processors


class Connection:
    """A client of the run's scheduler; `keep_workers` asks again for those that were lost.

    It is to be called every second or so, and raises `EngineError` where there will be none.
    """

    def __init__(self, client: Any, keep: Callable[[], None], *, own: bool) -> None:
        self.client = client
        self.keep_workers = keep
        self._own = own
        self._known: set[str] = set()

    @property
    def dashboard(self) -> str:
        """Where Dask's own page is, ``""`` where it has none (it needs the package bokeh)."""
        if find_spec("bokeh") is None:
            return ""
        if not self._own:
            return str(self.client.dashboard_link or "")
        port = self.client.scheduler_info()["services"].get("dashboard")
        return f"http://{LOOPBACK}:{port}/status" if port else ""

    def submit(self, function: Callable[..., Any], *given: Any) -> Any:
        """A future of work that is not done again where its worker is lost; `is_lost` tells."""
        if self._own:
            return self.client.submit(function, *given, pure=False, retries=0)
        return submit_once(self.client, function, *given)

    def forget(self, future: Any) -> None:
        """Release a future that is done with, so that it is not made again with a lost worker."""
        future.release()
        if not self._own:
            forget(self.client, future)

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


def is_lost(error: Exception) -> bool:
    """Whether work failed because its worker was lost."""
    return isinstance(error, BegunBeforeError) or type(error).__name__ == "KilledWorker"


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
            where, keep = _with_workers(distributed, options, folder, stack)
            client = stack.enter_context(distributed.Client(where, set_as_default=False))
            keep()
        except (OSError, RuntimeError, ValueError) as error:
            msg = f"the engine cannot begin: {error or type(error).__name__}"
            raise EngineError(msg) from error
        yield Connection(client, keep, own=options.scheduler is None)


def _packages() -> tuple[Any, Any]:
    try:
        import dask
        import distributed
    except ImportError as error:
        msg = f"--engine dask needs the package distributed: {EXTRA}"
        raise OptionError(msg) from error
    return dask, distributed


def _settings(options: EngineOptions) -> dict[str, Any]:
    """Of Dask: the driver counts losses itself, and cores are shared out among workers."""
    found: dict[str, Any] = {"distributed.scheduler.allowed-failures": 0}
    if not options.is_elsewhere:
        threads = max(1, processors() // options.count)
        found["distributed.nanny.pre-spawn-environ"] = dict.fromkeys(THREADS, threads)
    return found


def _with_workers(
    distributed: Any, options: EngineOptions, folder: Path, stack: ExitStack
) -> tuple[Any, Callable[[], None]]:
    """What a client connects to, and what keeps the workers there."""
    if options.scheduler is not None:
        return options.scheduler, lambda: None
    if options.slurm is not None:
        jobs = SlurmJobs(options.slurm, folder / "slurm", options.count)
        stack.callback(jobs.cluster.close)
        return jobs.cluster, jobs.keep
    cluster = _local(distributed, options.count)
    stack.callback(cluster.close)
    return cluster, partial(cluster.scale, options.count)


def _local(distributed: Any, count: int) -> Any:
    return distributed.LocalCluster(
        n_workers=count,
        threads_per_worker=1,
        processes=True,
        host=LOOPBACK,
        dashboard_address=f"{LOOPBACK}:0",
        memory_limit=None,  # as without workers: the system decides
        silence_logs=logging.CRITICAL,
        preload=[PRELOAD],
    )
