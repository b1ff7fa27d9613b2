"""What an engine makes of a plan, cell by cell, for those who can take one cell at a time only."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator, Sequence

from restorebench.harness.engines.engine import Engine, Event, LocalEngine
from restorebench.harness.plan import Cell
from restorebench.harness.run import Outcome


class ByCell:
    """The outcomes of an engine by cell; workers run all `cells` together.

    What comes of other cells meanwhile is kept for them.
    """

    def __init__(self, engine: Engine, cells: Sequence[Cell]) -> None:
        self._engine = engine
        self._ahead = set() if isinstance(engine, LocalEngine) else set(cells)
        self._events = self._engine.stream(cells) if self._ahead else iter(())
        self._kept: defaultdict[Cell, deque[Outcome | Exception]] = defaultdict(deque)

    def outcomes(self, cell: Cell, size: int) -> Iterator[Outcome]:
        """The `size` outcomes of a cell as they come; raises the error that ended it."""
        own = iter(self._engine.stream([cell])) if cell not in self._ahead else self._events
        self._ahead.discard(cell)  # asked for once more, it is run once more
        for _ in range(size):
            yield _raised(self._next(cell, own))

    def close(self) -> None:
        """Drop what is under way; what is finished is in the store."""
        if (close := getattr(self._events, "close", None)) is not None:
            close()

    def _next(self, cell: Cell, events: Iterator[Event]) -> Outcome | Exception:
        while not self._kept[cell]:
            event = next(events)
            self._kept[event.cell].append(event.result)
        return self._kept[cell].popleft()


def _raised(result: Outcome | Exception) -> Outcome:
    if isinstance(result, Exception):
        raise result
    return result
