"""Errors of allocators in words: how much was asked for, for what, and what to do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

_ASKED = re.compile(r"allocate (\d+(?:\.\d+)?) ?(bytes|[KMGTPE]i?B|B)\b", re.IGNORECASE)
"""As NumPy and PyTorch say it, on a CPU or a GPU."""

_POWERS = {"b": 0, "k": 1, "m": 2, "g": 3, "t": 4, "p": 5, "e": 6}
_SIGNS = ("out of memory", "can't allocate memory", "not enough memory")


@contextmanager
def explained(height: int, width: int) -> Iterator[None]:
    """Turn an error of any allocator, for an input of that size, into a `MemoryError` in words."""
    try:
        yield
    except Exception as error:
        if (text := _explanation(error, height, width)) is None:
            raise
        raise MemoryError(text) from error


def is_out_of_memory(error: BaseException) -> bool:
    """Whether it is an allocator's error: Python's, NumPy's or PyTorch's, on a CPU or a device."""
    return isinstance(error, MemoryError) or any(sign in str(error).lower() for sign in _SIGNS)


def _explanation(error: BaseException, height: int, width: int) -> str | None:
    if not is_out_of_memory(error):
        return None
    asked = _ASKED.search(str(error))
    more = f": {_gib(asked[1], asked[2])} more were needed at once" if asked else ""
    return (
        f"{width}×{height} pixels do not fit into memory{more}; cut the image into smaller ones, "
        "free memory, or use a device with more of it (--device)"
    )


def _gib(number: str, unit: str) -> str:
    size = float(number) * 1024 ** _POWERS[unit[0].lower()]
    return f"{size / 2**30:.1f} GiB" if size >= 2**30 else f"{size / 2**20:.0f} MiB"
