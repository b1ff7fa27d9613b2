"""Event files for TensorBoard: what the CSV logs hold, and images."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from restorebench.errors import OptionError
from restorebench.types import Pixels


class TensorBoardLog:
    """Curves in a folder of event files; `columns` as of a `CsvLog`, the first is the step.

    Opening it adds a file whose first record discards later steps of earlier files, so that a
    repeated step is shown once.
    """

    def __init__(self, folder: Path, columns: Sequence[str]) -> None:
        self.folder, self.columns = folder, tuple(columns)
        self._writer: Any = None

    def open(self, step: int) -> None:
        """Keep the points up to `step`, and append after them."""
        self._writer = writer_class()(str(self.folder), purge_step=step + 1)

    def add(self, *values: float) -> None:
        """Add a point to each curve."""
        if self._writer is not None:
            step, *rest = values
            for name, value in zip(self.columns[1:], rest, strict=True):
                self._writer.add_scalar(name, value, int(step))

    def image(self, step: int, sheet: Pixels) -> None:
        """Add a sheet of images (3, H, W)."""
        if self._writer is not None:
            self._writer.add_image("sheet", sheet, step)

    def flush(self) -> None:
        """Write everything to disk."""
        if self._writer is not None:
            self._writer.flush()

    def close(self) -> None:
        """Flush and close."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None


def writer_class() -> Any:
    """PyTorch's writer of event files; `OptionError` where the package tensorboard is absent."""
    try:
        return import_module("torch.utils.tensorboard").SummaryWriter
    except ImportError as error:
        msg = "--tensorboard needs its package: pip install 'restorebench[tensorboard]'"
        raise OptionError(msg) from error
