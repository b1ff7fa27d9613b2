"""glibc's allocator: freed memory is kept between operations, and given back when it is asked to.

By default blocks of 32 MiB and more are mapped and unmapped at each use; for a network on a CPU
that is a page fault for every 4 KiB of every layer's output.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

_TRIM_THRESHOLD, _MMAP_THRESHOLD, _MMAP_MAX = -1, -3, -4  # mallopt(3)
_LARGE = 32 << 20
_kept = False


def keep_freed_memory() -> bool:
    """Serve every block from the heap, and keep what is freed; whether the C library can."""
    global _kept
    mallopt = _function("mallopt")
    _kept = bool(mallopt and mallopt(_MMAP_MAX, 0) and mallopt(_TRIM_THRESHOLD, 2**31 - 1))
    return _kept


@contextmanager
def large_blocks_given_back() -> Iterator[None]:
    """While it is entered, blocks of 32 MiB and more are mapped, and given back when freed.

    For large images, whose maps leave holes in the heap that no other map fits into: the most that
    is resident is then nearly twice what is in use.
    """
    mallopt = _function("mallopt")
    if not _kept or mallopt is None:
        yield
        return
    give_back_freed_memory()
    mallopt(_MMAP_THRESHOLD, _LARGE)
    mallopt(_MMAP_MAX, 1 << 16)
    try:
        yield
    finally:
        keep_freed_memory()


def give_back_freed_memory() -> None:
    """Give freed memory back to the system, where the C library is glibc."""
    if (trim := _function("malloc_trim")) is not None:
        trim(0)


@cache
def _function(name: str) -> Any:
    try:
        return getattr(ctypes.CDLL(None), name, None)
    except (OSError, TypeError):  # TypeError on Windows
        return None
