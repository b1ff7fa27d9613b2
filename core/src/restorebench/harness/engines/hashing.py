"""The hashes of a new data set, which workers find together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Any

from restorebench.harness.engines.cluster import Connection
from restorebench.harness.engines.worker import hashes_of
from restorebench.harness.plan import Cell
from restorebench.harness.run import Runner
from restorebench.specs import DatasetSpec

TOGETHER = 16
"""Samples that a worker hashes at once; below this number the driver does it."""


def find_hashes(
    runner: Runner,
    connection: Connection,
    own: Sequence[DatasetSpec],
    cell: Cell,
    progress: Callable[[int, int], None] | None = None,
) -> None:
    """Let workers hash the samples that nobody remembers, and tell the runner.

    `own` are data sets of the user's command. What workers cannot do, or where there are none yet,
    is left for the driver, which then says what is wrong. Raises `ChangedDataError` where a sample
    is not the same in two processes.
    """
    new = runner.splits.unidentified(cell)
    if len(new) < TOGETHER or not connection.threads():
        return
    parts = [new[start : start + TOGETHER] for start in range(0, len(new), TOGETHER)]
    given = (tuple(own), cell.dataset, cell.split)
    futures = [connection.submit(hashes_of, *given, part) for part in parts]
    done = 0
    ended: SimpleQueue[Any] = SimpleQueue()
    try:
        for future in futures:
            future.add_done_callback(ended.put)
        for future in _each(ended, len(futures), connection):
            if future.status != "finished":
                continue
            found = future.result()
            runner.splits.identified(cell, found)
            done += len(found)
            if progress is not None:
                progress(done, len(new))
    finally:
        connection.client.cancel(futures, force=True)
        for future in futures:
            connection.forget(future)


def _each(ended: SimpleQueue[Any], count: int, connection: Connection) -> Iterator[Any]:
    """The futures as they end; lost workers come back meanwhile."""
    while count:
        with suppress(Empty):
            yield ended.get(timeout=1.0)
            count -= 1
        connection.keep_workers()
        connection.threads()
