"""How far the cells of a run are: what is to be sent, what is under way, what has been lost."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from restorebench.harness.plan import Cell
from restorebench.harness.run import Hashes, Unit
from restorebench.types import Record

TARGET_SECONDS = 2.0
"""What a range should take: long against the messages about it, short against a run."""

SECONDS_PER_WORKER = 0.02
"""What a range should take for each worker, where these are more than a hundred.

The driver needs 5 ms to send and collect one, so that it is busy with that a quarter of its time.
"""

LARGEST = 256
MOST_LOSSES = 3
"""Times that a unit may be lost with its worker, the last one alone, before it is given up."""

HOPELESS = 6
"""Lost ranges after which a cell that has restored nothing is given up."""


@dataclass
class CellWork:
    """A cell: `left` is to be sent, `open` is not finished; `lost` counts by unit.

    `known` are stored records by unit. What a unit takes is `pace`, until one was run.
    """

    cell: Cell
    hashes: Hashes
    units: tuple[Unit, ...]
    known: dict[Unit, list[Record]]
    pace: float | None = None
    left: deque[Unit] = field(default_factory=deque)
    open: set[Unit] = field(default_factory=set)
    lost: Counter[Unit] = field(default_factory=Counter)
    lost_ranges: int = 0
    seconds: float = 0.0
    done: int = 0

    def __post_init__(self) -> None:
        self.left.extend(self.units)
        self.open.update(self.units)

    @property
    def ready(self) -> bool:
        """Whether a range can be sent beside others."""
        return bool(self.left) and not self.suspects(self.left[0])

    def next_units(self, workers: int = 1) -> tuple[Unit, ...]:
        """The units of the next range: about two seconds' worth, as far as that is known.

        More for more than a hundred `workers`.
        """
        first = self.left.popleft()
        if self.lost[first]:
            return (first,)
        found = [first]
        most = self._size(max(TARGET_SECONDS, SECONDS_PER_WORKER * workers))
        while self.left and len(found) < most and not self.lost[self.left[0]]:
            found.append(self.left.popleft())
        return tuple(found)

    def finished(self, count: int, seconds: float) -> None:
        """Count units that were run, and the time they took together."""
        self.done += count
        self.seconds += seconds
        if self.done:
            self.pace = self.seconds / self.done

    def put_back(self, units: Iterable[Unit]) -> None:
        """Send units again, each alone where it was lost with its worker: suspects last."""
        for unit in units:
            if self.suspects(unit):
                self.left.append(unit)
            else:
                self.left.appendleft(unit)

    def suspects(self, unit: Unit) -> bool:
        """Whether a unit was lost so often that it may run only while nothing else does."""
        return self.lost[unit] >= MOST_LOSSES - 1

    def give_up(self) -> None:
        """Send nothing of it any more."""
        self.left.clear()
        self.open.clear()

    def _size(self, seconds: float) -> int:
        if self.pace is None:
            return 1
        return max(1, min(LARGEST, int(seconds / max(self.pace, 1e-6))))
