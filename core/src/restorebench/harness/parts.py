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

_NAME = ".parts"


class Parts:
    """A folder below `folder` for the files that this process is writing.

    It goes when the object or the process does. Raises `StoreError` where it cannot be made.
    """

    def __init__(self, folder: Path) -> None:
        from filelock import FileLock

        self._place = folder / _NAME
        self.folder = self._place / uuid.uuid4().hex
        with storing(self.folder):
            self._place.mkdir(parents=True, exist_ok=True)
            with FileLock(self._place / "lock"):  # nobody looks between the two below
                lock = FileLock(self.folder.with_suffix(".lock"), thread_local=False)
                lock.acquire()
                self._discard_others()
        weakref.finalize(self, _remove, self.folder, lock, os.getpid())

    def _discard_others(self) -> None:
        from filelock import FileLock, Timeout

        for path in self._place.glob("*.lock"):
            if path.stem != self.folder.name:
                lock = FileLock(path)
                with suppress(Timeout, OSError), lock.acquire(blocking=False):
                    _remove(path.with_suffix(""), lock, os.getpid())


def _remove(folder: Path, lock: Any, owner: int) -> None:
    """Remove a folder and the lock that is held on it; a fork of the owner does nothing."""
    if os.getpid() == owner:
        shutil.rmtree(folder, ignore_errors=True)
        with suppress(OSError):
            folder.with_suffix(".lock").unlink()
        lock.release()
