"""The records of a store as they lie in its folder: Parquet, and lines that are newer than that.

Whoever reads records reads them through here, so that none are forgotten.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any, BinaryIO

from restorebench.errors import StoreError
from restorebench.harness.jsonl import JsonLines
from restorebench.harness.parquet.parts import Part, complete_parts, parts

TAIL = "records.jsonl"
"""The file of the newest records, to which they are appended."""


class RecordLog:
    """The records in `folder`; `each_new` gives those that are lines, `indexed` has the others."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._parts: tuple[Part, ...] = ()
        self._tail = JsonLines(folder / TAIL)
        self._unread: list[Part] = []
        self._started = False

    @property
    def path(self) -> Path:
        """The file to which records are appended."""
        return self._tail.path

    @property
    def indexed(self) -> tuple[Part, ...]:
        """The parts that are Parquet, as they were when `each_new` was called last."""
        return tuple(part for part in self._parts if part.indexed)

    def exists(self) -> bool:
        """Whether there are any records, or a file for them."""
        return self.path.exists() or bool(parts(self.folder))

    def locked(self) -> AbstractContextManager[None]:
        """Keep other writers out; see `JsonLines.locked`."""
        return self._tail.locked()

    def append(self, lines: Sequence[bytes]) -> list[dict[str, Any]]:
        """Write lines of records, which `each_new` does not give then.

        The caller has this `locked` and has read all of `each_new`. Returns what a line holds that
        another writer did not end before it was killed.
        """
        return self._tail.append_all(lines)

    def each_new(self, moved: Callable[[], None]) -> Iterator[tuple[bytes, dict[str, Any]]]:
        """The lines that any process added since the last call, and what each holds.

        Where lines have become Parquet in the meantime, calls `moved` and gives all lines that are
        left. Raises what `JsonLines.read_new` raises, and `StoreError` where a part is absent.
        """
        with self._opened() as (found, tail):
            if found != self._parts or not self._started:
                self._begin(found, moved)
            while self._unread:
                lines = JsonLines(self._unread[0].lines)
                with lines.open() or nullcontext() as file:
                    if file is None:  # became Parquet just now
                        break
                    yield from lines.lines_of(file)
                del self._unread[0]
            else:
                yield from self._tail.lines_of(tail)
                return
        yield from self.each_new(moved)

    def _begin(self, found: tuple[Part, ...], moved: Callable[[], None]) -> None:
        if len(found) < len(self._parts):
            msg = f"{self._parts[-1].folder} has lost records while it was in use; restore it"
            raise StoreError(msg)
        if self._started:
            moved()
        self._tail = JsonLines(self._tail.path)
        self._parts, self._started = found, True
        self._unread = [part for part in found if not part.indexed]

    @contextmanager
    def _opened(self) -> Iterator[tuple[tuple[Part, ...], BinaryIO | None]]:
        """The parts and the file of new lines, of one moment."""
        found = self._parts if self._started else complete_parts(self.folder)
        while True:
            with self._tail.open() or nullcontext() as tail:
                now = parts(self.folder, found)
                if now == found:
                    yield found, tail
                    return
            found = now
