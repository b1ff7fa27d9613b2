"""The ranges that a driver has sent and not yet collected."""

from __future__ import annotations

from collections.abc import Iterator
from queue import Empty, SimpleQueue
from typing import Any

from restorebench.harness.engines.cluster import Connection
from restorebench.harness.engines.progress import CellWork
from restorebench.harness.engines.ranges import Range
from restorebench.harness.engines.worker import run_range
from restorebench.harness.run import Unit


class UnderWay:
    """Futures of ranges, each with the work and the units that it is of."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._ranges: dict[Any, tuple[CellWork, tuple[Unit, ...]]] = {}
        self._ended: SimpleQueue[Any] = SimpleQueue()

    def __len__(self) -> int:
        """How many there are."""
        return len(self._ranges)

    def __iter__(self) -> Iterator[tuple[CellWork, tuple[Unit, ...]]]:
        """Work and units of each."""
        return iter(self._ranges.values())

    def send(self, work: CellWork, given: Range) -> None:
        """Have a worker run a range of `work`."""
        future = self._connection.submit(run_range, given)
        self.wait_for(future, work, given.units)

    def wait_for(self, future: Any, work: CellWork, units: tuple[Unit, ...]) -> None:
        """Count a range as under way until its future has ended."""
        self._ranges[future] = (work, units)
        future.add_done_callback(self._ended.put)

    def ended(self, seconds: float) -> list[Any]:
        """The futures that have ended; waits for one, but not longer than `seconds`."""
        found = []
        try:
            found.append(self._ended.get(timeout=seconds))
            while True:
                found.append(self._ended.get_nowait())
        except Empty:
            return found

    def pop(self, future: Any) -> tuple[CellWork, tuple[Unit, ...]]:
        """Work and units of a range that is no longer under way."""
        return self._ranges.pop(future)

    def forget(self, future: Any) -> None:
        """Release a future that was collected, unless it has to be waited for again."""
        if future not in self._ranges:
            self._connection.forget(future)

    def cancel(self) -> None:
        """Stop all of them."""
        self._connection.client.cancel(list(self._ranges), force=True)
        for future in self._ranges:
            self._connection.forget(future)
