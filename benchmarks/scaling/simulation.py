"""A discrete-event simulation of how a run's ranges are cut, sent, run and collected.

``python benchmarks/scaling/simulation.py`` prints how many workers one driver can keep busy. Ranges
are cut by the engine's own `CellWork`; driver and workers are clocks. What is left out: workers
that are lost, and a network or a file system that is slower the more use it.
"""

from __future__ import annotations

import argparse
import heapq
import random
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count

from restorebench.harness.engines.driver import AHEAD
from restorebench.harness.engines.progress import CellWork
from restorebench.harness.plan import Cell, RestorerRef
from restorebench.harness.run import Hashes, Unit


@dataclass(frozen=True)
class Costs:
    """Seconds beside those of restorers: of the driver for a range and for a record in it; of a
    worker for a range and for an image (making, scoring and storing it). See costs.py."""

    driver_range: float = 0.0058
    driver_record: float = 0.00015
    worker_range: float = 0.003
    worker_image: float = 0.01


@dataclass
class Simulated:
    """What came of it: seconds, ranges, and the shares of time that driver and workers worked."""

    seconds: float = 0.0
    ranges: int = 0
    driver: float = 0.0
    workers: float = 0.0


@dataclass
class Run:
    """One run on `workers` of cells, each a list of the seconds that its restorations take."""

    cells: Sequence[Sequence[float]]
    workers: int
    costs: Costs
    work: list[CellWork] = field(default_factory=list)
    waiting: deque[tuple[CellWork, tuple[Unit, ...]]] = field(default_factory=deque)

    def __post_init__(self) -> None:
        self.closed = deque(range(len(self.cells)))
        self.events: list[tuple[float, int, CellWork, tuple[Unit, ...], float]] = []
        self.idle, self.under_way, self.free = self.workers, 0, 0.0
        self.ticket, self.found = count(), Simulated()
        self.busy = self.driver_busy = 0.0
        self.pace: float | None = None

    def result(self) -> Simulated:
        """Run it to its end."""
        self.send(0.0)
        while self.events:
            now, _, work, units, took = heapq.heappop(self.events)
            if took < 0:  # a range reaches the workers
                self.waiting.append((work, units))
            else:
                self.idle += 1
                self.collect(now, work, units, took)
            while self.idle and self.waiting:
                self.start(now, *self.waiting.popleft())
        self.found.seconds = self.free
        self.found.driver = self.driver_busy / self.free
        self.found.workers = self.busy / (self.free * self.workers)
        return self.found

    def start(self, now: float, work: CellWork, units: tuple[Unit, ...]) -> None:
        """A worker begins a range."""
        times = self.cells[int(work.cell.dataset)]
        made = sum(times[int(unit[0])] for unit in units)
        took = made + len(units) * self.costs.worker_image
        self.idle -= 1
        self.busy += made
        end = now + took + self.costs.worker_range
        heapq.heappush(self.events, (end, next(self.ticket), work, units, took))

    def collect(self, now: float, work: CellWork, units: tuple[Unit, ...], took: float) -> None:
        """The driver takes a range's records when it has time, and sends more."""
        cost = self.costs.driver_range + len(units) * self.costs.driver_record
        self.free = max(now, self.free) + cost
        self.driver_busy += cost
        self.under_way -= 1
        work.finished(len(units), took)
        self.pace = work.pace
        work.open.difference_update(units)
        self.send(self.free)

    def send(self, now: float) -> None:
        """Fill the workers, as `_Run` of the driver does."""
        self.work = [work for work in self.work if work.ready]
        while self.under_way < AHEAD * self.workers and (work := self.ready()):
            units = work.next_units(self.workers)
            heapq.heappush(self.events, (now, next(self.ticket), work, units, -1.0))
            self.under_way += 1
            self.found.ranges += 1

    def ready(self) -> CellWork | None:
        """A cell with something to send, opened if need be."""
        found = next((work for work in self.work if work.ready), None)
        if found is None and self.closed:
            place = self.closed.popleft()
            units = tuple((str(n), 0) for n in range(len(self.cells[place])))
            cell = Cell("simulated", str(place), "test", RestorerRef("simulated"))
            found = CellWork(cell, Hashes("", {}), units, {}, self.pace)
            self.work.append(found)
        return found


def many(images: int, each: float, per_cell: int = 10_000) -> list[list[float]]:
    """Cells of images that take `each` seconds, more or less: log-normal, a factor of 1.6."""
    rng = random.Random(0)
    times = [each * rng.lognormvariate(-0.11, 0.47) for _ in range(images)]
    return [times[start : start + per_cell] for start in range(0, images, per_cell)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, nargs="+", default=[0.1, 1.0, 10.0])
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 4, 16, 64, 256, 1024, 4096])
    given = parser.parse_args()
    print("| s/image | workers | images/s | workers restore | driver works |")
    print("|--:|--:|--:|--:|--:|")
    for each in given.seconds:
        for workers in given.workers:
            images = min(workers * max(40, round(600 / each)), 1_000_000)
            found = Run(many(images, each), workers, Costs()).result()
            shares = f"{found.workers:.0%} | {found.driver:.0%}"
            print(f"| {each:g} | {workers} | {images / found.seconds:.4g} | {shares} |")


if __name__ == "__main__":
    main()
