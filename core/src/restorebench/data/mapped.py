"""Large images in files without names, mapped into memory: of what was read, nothing has to stay.

To the code that reads one it is an array like any other. The system removes such a file with its
array, or with the process, however that ends.
"""

from __future__ import annotations

import mmap
import os
import tempfile
import threading
import time
import weakref
from math import prod
from pathlib import Path
from typing import Any

import numpy as np

from restorebench.types import Pixels

LARGE = 16 << 20
"""Bytes from which on pixels are kept in a file: 5.6 megapixels of RGB."""

_PAUSE = 0.01
"""Seconds in which some 20 MiB are read, by the fastest metric."""

_last = 0.0
_maps: weakref.WeakSet[mmap.mmap] = weakref.WeakSet()
_lock = threading.Lock()


def large_pixels(shape: tuple[int, ...]) -> Pixels:
    """An array of that shape to be filled, in a file in the folder for such (``TMPDIR``) if large.

    In memory where it is small, and where no file can be made. While it is read or written by
    rows, `let_go` now and then keeps it from becoming resident as a whole.
    """
    size = prod(shape)
    if size < LARGE:
        return np.empty(shape, np.uint8)
    try:
        mapped = mapped_file(size)
    except OSError:  # such as a disk that is full: what it would save is not worth an error
        return np.empty(shape, np.uint8)
    with _lock:
        _maps.add(mapped)
    return np.frombuffer(mapped, np.uint8).reshape(shape)


def let_go() -> None:
    """Let the pages of all large images go: what is read again comes from their files.

    Calls that follow one another closely do nothing, as what is read at once is read again soon.
    """
    global _last
    with _lock:
        if _maps and (now := time.monotonic()) - _last > _PAUSE:
            for mapped in _maps:
                without_pages(mapped)
            _last = now


def mapped_file(size: int, folder: Path | None = None) -> mmap.mmap:
    """A new file of that many bytes; `OSError` where there is no space for it."""
    with tempfile.TemporaryFile(dir=folder) as file:
        _reserve(file.fileno(), size)
        return mmap.mmap(file.fileno(), size)


def without_pages(mapped: mmap.mmap) -> None:
    """Let the pages of a file go: the system has them, or writes them."""
    if hasattr(mmap, "MADV_DONTNEED"):
        mapped.madvise(mmap.MADV_DONTNEED)


def _reserve(file: int, size: int) -> None:
    """Take the space now: a page that finds none when it is written ends the process."""
    allocate: Any = getattr(os, "posix_fallocate", None)
    if allocate is None:
        os.truncate(file, size)
    else:
        allocate(file, 0, size)
