"""What a run writes about itself on its way: curves, and sheets of images."""

from __future__ import annotations

from typing import Protocol

from restorebench.training.logs.csv_log import Table
from restorebench.training.logs.tensorboard import Events
from restorebench.training.run_folder import RunFolder
from restorebench.training.updates import Update
from restorebench.training.validation import Outcome, write_sheet

_UPDATES = ("step", "loss", "lr", "gradient", "seconds")
_SCORES = ("step", "psnr", "identity")


class _Log(Protocol):
    def open(self, step: int) -> None: ...
    def add(self, *values: float) -> None: ...
    def flush(self) -> None: ...
    def close(self) -> None: ...


class Curves:
    """``log.csv``, ``validation.csv``, ``images/``; with `events` ``tensorboard/`` as well.

    Nothing is written before they are opened.
    """

    def __init__(self, folder: RunFolder, events: bool = False) -> None:
        self.folder = folder
        self._updates: list[_Log] = [Table(folder.path / "log.csv", _UPDATES)]
        self._scores: list[_Log] = [Table(folder.path / "validation.csv", _SCORES)]
        self._sheets: Events | None = None
        if events:
            self._sheets = Events(folder.events / "validation", _SCORES)
            self._scores.append(self._sheets)
            self._updates.append(Events(folder.events / "training", _UPDATES))

    def open(self, step: int, last: bool) -> None:
        """Go on behind `step`; if it is the `last`, its validation comes again."""
        for log in self._updates:
            log.open(step)
        for log in self._scores:
            log.open(step - last)

    def update(self, step: int, update: Update, seconds: float) -> None:
        """An update was made; `seconds` of training so far."""
        for log in self._updates:
            log.add(step, *update, round(seconds, 3))

    def outcome(self, step: int, outcome: Outcome) -> None:
        """A validation was made."""
        for log in self._scores:
            log.add(step, outcome.psnr, outcome.identity)
        write_sheet(self.folder.images / f"{step:07d}.png", outcome)
        if self._sheets is not None:
            self._sheets.image(step, outcome.sheet)

    def flush(self) -> None:
        """See that everything is on the disk."""
        for log in (*self._updates, *self._scores):
            log.flush()

    def close(self) -> None:
        """Flush and close."""
        for log in (*self._updates, *self._scores):
            log.close()
