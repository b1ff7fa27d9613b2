"""A store that is being written to: when it changed, and its page made anew."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Lock


def state(file: Path) -> str:
    """A short text that changes whenever a file grows or is replaced; ``none`` without one."""
    try:
        found = file.stat()
    except FileNotFoundError:
        return "none"
    facts = f"{found.st_ino} {found.st_size} {found.st_mtime_ns}"
    return hashlib.sha256(facts.encode()).hexdigest()[:16]


def changes(file: Path, every: float) -> Iterator[str]:
    """The states of a file: at once, and then whenever it has another one.

    It is looked at each `every` seconds.
    """
    known = None
    while True:
        if (now := state(file)) != known:
            known = now
            yield now
        time.sleep(every)


class LivePage:
    """The page of the records in `file`; `make` makes its text, once for each state of the file.

    Several threads may ask at the same time.
    """

    def __init__(self, file: Path, make: Callable[[], str]) -> None:
        self._file, self._make = file, make
        self._lock = Lock()
        self._state, self._body = "", b""

    @property
    def tag(self) -> str:
        """The HTTP entity tag of the page as it would be made now."""
        return f'"{state(self._file)}"'

    def body(self) -> tuple[str, bytes]:
        """The tag and the bytes of the page; raises what `make` raises."""
        with self._lock:
            now = self.tag  # before the records are read: a later line makes a new state
            if now != self._state:
                self._body = self._make().encode()
                self._state = now
            return now, self._body
