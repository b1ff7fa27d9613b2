"""A timer for pytest-benchmark."""

from __future__ import annotations

from restorebench.types import Record


class Stopwatch:
    """A timer for pytest-benchmark that counts seconds of restoration and nothing else.

    Scoring, storing and making samples do not count; a restoration that came from the store counts
    the seconds that it took when it was made.
    """

    def __init__(self) -> None:
        self.__name__ = "restoration_seconds"
        self._seconds = 0.0

    def __call__(self) -> float:
        return self._seconds

    def add(self, record: Record) -> None:
        """Add one restoration's time."""
        self._seconds += record.cost.seconds if record.cost is not None else 0.0
