"""The logs of a run: scores and losses as CSV and for TensorBoard, and sheets of images."""

from __future__ import annotations

from restorebench.data.images import write_image
from restorebench.training.logs.csv_log import CsvLog
from restorebench.training.logs.tensorboard import TensorBoardLog
from restorebench.training.run_folder import RunFolder
from restorebench.training.updates import Update
from restorebench.training.validation import Validation

_UPDATES = ("step", "loss", "lr", "gradient", "seconds")
_SCORES = ("step", "psnr", "identity")


class RunLogger:
    """``log.csv``, ``validation.csv``, ``images/``; with `events` ``tensorboard/`` as well.

    Nothing is written before they are opened.
    """

    def __init__(self, folder: RunFolder, events: bool = False) -> None:
        self.folder = folder
        self._updates: list[CsvLog | TensorBoardLog] = [CsvLog(folder.path / "log.csv", _UPDATES)]
        self._scores: list[CsvLog | TensorBoardLog] = [
            CsvLog(folder.path / "validation.csv", _SCORES)
        ]
        self._sheets: TensorBoardLog | None = None
        if events:
            self._sheets = TensorBoardLog(folder.events / "validation", _SCORES)
            self._scores.append(self._sheets)
            self._updates.append(TensorBoardLog(folder.events / "training", _UPDATES))

    def open(self, step: int, last: bool) -> None:
        """Continue after `step`; if it is the `last`, its validation is written again."""
        for log in self._updates:
            log.open(step)
        for log in self._scores:
            log.open(step - last)

    def update(self, step: int, update: Update, seconds: float) -> None:
        """Log an update; `seconds` of training so far."""
        for log in self._updates:
            log.add(step, *update, round(seconds, 3))

    def validation(self, step: int, validation: Validation) -> None:
        """Log a validation."""
        for log in self._scores:
            log.add(step, validation.psnr, validation.identity)
        write_image(self.folder.images / f"{step:07d}.png", validation.sheet)
        if self._sheets is not None:
            self._sheets.image(step, validation.sheet)

    def flush(self) -> None:
        """Write everything to disk."""
        for log in (*self._updates, *self._scores):
            log.flush()

    def close(self) -> None:
        """Flush and close."""
        for log in (*self._updates, *self._scores):
            log.close()
