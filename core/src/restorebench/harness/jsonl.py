"""An append-only JSON Lines file that survives kills and several writers.

A line is written whole under a file lock. A writer that was killed can leave at most one torn line
at the end: the next writer removes it (or ends it, if only its newline is missing).
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock

from restorebench.errors import StoreError


class JsonLines:
    """Lines of `path`, read from where the last reading ended; appends are atomic."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = FileLock(f"{path}.lock")
        self._offset = 0
        self._line = 0

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other writers out, and make the folder; `StoreError` where that fails."""
        with storing(self.path):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._lock.acquire()
        try:
            yield
        finally:
            self._lock.release()

    def read_new(self) -> list[dict[str, Any]]:
        """The whole lines that any process added since the last call.

        Raises `StoreError` for a broken line that is not the torn end.
        """
        return list(self.each_new())

    def each_new(self) -> Iterator[dict[str, Any]]:
        """The lines of `read_new`, one at a time: a file need not fit in memory."""
        with reading(self.path):
            if not self.path.exists():
                return
            with self.path.open("rb") as file:
                file.seek(self._offset)
                for line in file:
                    if not line.endswith(b"\n"):  # a torn end
                        return
                    self._offset += len(line)
                    yield self._parse(line[:-1])

    def append(self, value: Mapping[str, Any]) -> None:
        """Write one line; the caller has the file `locked` and has called `read_new` under it."""
        line = json.dumps(value, ensure_ascii=False, allow_nan=False) + "\n"
        with storing(self.path):
            self._mend()
            with self.path.open("ab") as file:
                file.write(line.encode())

    def _parse(self, line: bytes) -> dict[str, Any]:
        self._line += 1
        if (value := _object(line)) is not None:
            return value
        msg = (
            f"{self.path}, line {self._line} is not a JSON object ({line[:60]!r}…); "
            "restore the file from a copy, or delete that line"
        )
        raise StoreError(msg)

    def _mend(self) -> None:
        """Complete or remove the torn line that a killed writer left at the end."""
        if not self.path.exists() or self.path.stat().st_size <= self._offset:
            return
        with self.path.open("r+b") as file:
            file.seek(self._offset)
            if _object(file.read()) is None:
                os.truncate(self.path, self._offset)
            else:
                file.write(b"\n")


@contextmanager
def storing(path: Path) -> Iterator[None]:
    """Turn an `OSError` from writing `path` into a `StoreError`."""
    try:
        yield
    except OSError as error:
        msg = (
            f"{path} cannot be written ({_reason(error)}); what was recorded before is kept: free "
            "space or name another results folder, and run the same command again"
        )
        raise StoreError(msg) from error


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turn an `OSError` from reading `path` into a `StoreError`."""
    try:
        yield
    except OSError as error:
        msg = f"{path} cannot be read ({_reason(error)})"
        raise StoreError(msg) from error


def _reason(error: OSError) -> str:
    return error.strerror or type(error).__name__


def _object(line: bytes) -> dict[str, Any] | None:
    try:
        value = json.loads(line)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None
