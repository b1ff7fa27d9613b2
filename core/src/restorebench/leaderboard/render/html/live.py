"""A growing record file: when it changes, and a page that is rendered again then."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Lock


def state(file: Path) -> str:
    """A short text that differs whenever a file grows or is replaced; ``none`` without a file."""
    try:
        found = file.stat()
    except FileNotFoundError:
        return "none"
    facts = f"{found.st_ino} {found.st_size} {found.st_mtime_ns}"
    return hashlib.sha256(facts.encode()).hexdigest()[:16]


def changes(file: Path, every: float) -> Iterator[str]:
    """The state of a file now, and again whenever it changes; checked every `every` seconds."""
    known = None
    while True:
        if (now := state(file)) != known:
            known = now
            yield now
        time.sleep(every)


class LivePage:
    """The page of the records in `file`; `make` renders it, once per state of the file.

    Safe to use from several threads.
    """

    def __init__(self, file: Path, make: Callable[[], str]) -> None:
        self._file, self._make = file, make
        self._lock = Lock()
        self._state, self._body = "", b""

    @property
    def tag(self) -> str:
        """The HTTP entity tag of the page for the current state of the file."""
        return f'"{state(self._file)}"'

    def body(self) -> tuple[str, bytes]:
        """The tag and the bytes of the page; raises what `make` raises."""
        with self._lock:
            now = self.tag  # taken before reading: a line that comes later changes the state again
            if now != self._state:
                self._body = self._make().encode()
                self._state = now
            return now, self._body
