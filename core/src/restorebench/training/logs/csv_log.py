"""A CSV file with a line per step, which is cut back when a run resumes at an earlier step."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from restorebench.atomic import write_text
from restorebench.errors import TrainingError


class CsvLog:
    """Rows under `columns`, of which the first is the step; floats are written in full."""

    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        self.path, self.columns = path, tuple(columns)
        self._file: TextIO | None = None

    def open(self, step: int) -> None:
        """Keep the complete rows up to `step`, and append after them."""
        kept = [row for row in self.rows() if _step(row, self.path) <= step]
        buffer = io.StringIO()
        csv.writer(buffer, lineterminator="\n").writerows([self.columns, *kept])
        write_text(self.path, buffer.getvalue())
        self._file = self.path.open("a", encoding="utf-8", newline="")

    def rows(self) -> list[list[str]]:
        """The rows in the file, without one that a kill has cut short."""
        if not self.path.exists():
            return []
        *whole, _ = self.path.read_text(encoding="utf-8", errors="replace").split("\n")
        return [row for row in csv.reader(whole[1:]) if len(row) == len(self.columns)]

    def add(self, *values: float) -> None:
        """Write a row."""
        if self._file is not None:
            csv.writer(self._file, lineterminator="\n").writerow([repr(v) for v in values])
            self._file.flush()

    def flush(self) -> None:
        """Write everything to disk."""
        if self._file is not None:
            self._file.flush()
            os.fsync(self._file.fileno())

    def close(self) -> None:
        """Flush and close."""
        if self._file is not None:
            self._file.close()
            self._file = None


def _step(row: list[str], path: Path) -> int:
    try:
        return int(row[0])
    except ValueError as error:
        msg = (
            f"{path} is damaged: {row[0]!r:.40} is not a step; delete it, or restore it from a copy"
        )
        raise TrainingError(msg) from error
