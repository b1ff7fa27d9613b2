"""Where a process writes files before they take their places, so that what a kill leaves is found.

``FOLDER/.parts/ID/`` belongs to one process, which holds the lock ``ID.lock`` while it lives. The
next process removes the folders whose locks nobody holds.
"""

from __future__ import annotations

import os
import shutil
import uuid
import weakref
from contextlib import suppress
from pathlib import Path
from typing import Any

from restorebench.harness.jsonl import storing

NAME = ".parts"
"""The folder, below the one for which it is."""
LEDGER = ".restorebench.jsonl"
"""The file in a folder of restored images that says what made them."""


class Parts:
    """A folder below `folder` for the files that this process is writing.

    It goes when the object or the process does. `removed` is how many files killed processes had
    left. Raises `StoreError` where it cannot be made.
    """

    def __init__(self, folder: Path) -> None:
        from filelock import FileLock

        self._place = folder / NAME
        self.folder = self._place / uuid.uuid4().hex
        with storing(self.folder):
            self._place.mkdir(parents=True, exist_ok=True)
            with FileLock(self._place / "lock"):  # nobody looks between the two below
                lock = FileLock(self.folder.with_suffix(".lock"), thread_local=False)
                lock.acquire()
                self.removed = self._discard_others()
        weakref.finalize(self, _remove, self.folder, lock, os.getpid())

    def _discard_others(self) -> int:
        others = (path for path in self._place.glob("*.lock") if path.stem != self.folder.name)
        return sum(map(_discarded, others))


def _discarded(path: Path) -> int:
    """Remove the folder of a lock, unless a process holds that; how many files it had."""
    from filelock import FileLock, Timeout

    lock, count = FileLock(path), 0
    with suppress(Timeout, OSError), lock.acquire(blocking=False):
        folder = path.with_suffix("")
        count = sum(part.is_file() for part in folder.rglob("*"))
        _remove(folder, lock, os.getpid())
    return count


def _remove(folder: Path, lock: Any, owner: int) -> None:
    """Remove a folder and the lock that is held on it; a fork of the owner does nothing."""
    if os.getpid() == owner:
        shutil.rmtree(folder, ignore_errors=True)
        with suppress(OSError):
            folder.with_suffix(".lock").unlink()
        lock.release()
