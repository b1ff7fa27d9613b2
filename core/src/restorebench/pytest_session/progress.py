"""How far a run is: a line for each finished cell, and for a long one some on the way."""

from __future__ import annotations

import time
from typing import Any

import pytest

from restorebench.harness.plan import Cell
from restorebench.pytest_session.output import say, uncaptured
from restorebench.pytest_session.row import line_of

HEARTBEAT = 10.0
"""Seconds between two progress lines of a long cell."""


class RunProgress:
    """Prints a line for each finished cell, with the time that is left."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._start = time.monotonic()
        self._done = self.total = 0
        self._notes: dict[str, bool] = {}
        self.stored = 0

    def begin(self, total: int) -> None:
        """Expect `total` cells from now on."""
        self.total = total
        self._start = time.monotonic()

    def note(self, text: str) -> None:
        """Print `text` before the next line, once in a run."""
        self._notes.setdefault(text, False)

    def finished(self, row: dict[str, Any], *, failed: bool) -> None:
        """Print the line of a cell; `failed` is of the cell, whose samples need not have."""
        self._done += 1
        self.stored += row["from_store"]
        for text in [text for text, said in self._notes.items() if not said]:
            say(self._config, text)
            self._notes[text] = True
        mark = "FAILED  " if failed and not row["failed"] else ""
        say(self._config, f"[{self._done}/{self.total}] {line_of(row)}  {mark}{self._eta()}")

    def _eta(self) -> str:
        left = self.total - self._done
        seconds = (time.monotonic() - self._start) / self._done * left
        return f"ETA {int(seconds) // 60}:{int(seconds) % 60:02d}" if left else ""


class CellProgress:
    """Prints every few seconds how far a long cell is."""

    def __init__(self, config: pytest.Config, cell: Cell, size: int) -> None:
        self._config, self._cell, self._size = config, cell, size
        self._last = time.monotonic()

    def update(self, done: int) -> None:
        """Print a line, unless the last one is recent or the cell is at its end."""
        if done == self._size or time.monotonic() - self._last < HEARTBEAT:
            return
        self._last = time.monotonic()
        with uncaptured(self._config):
            say(self._config, f"    [{done}/{self._size}] {self._cell.id}")
