"""A reader of files, and how it is given bytes."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from restorebench.errors import RestorebenchError


@dataclass(frozen=True)
class Reader:
    """`read` raises nothing but `RestorebenchError`, whatever the bytes; `seeds` are good ones."""

    name: str
    seeds: Callable[[], list[bytes]]
    read: Callable[[bytes], object]

    def __call__(self, data: bytes) -> bool:
        """Read; whether the input was understood."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                self.read(data)
            except RestorebenchError:
                return False
        return True


@cache
def scratch() -> Path:
    """A folder of this process, in memory where there is such a place."""
    memory = Path("/dev/shm")
    return Path(tempfile.mkdtemp(prefix="fuzz-", dir=memory if memory.is_dir() else None))


def placed(name: str, data: bytes) -> Path:
    """A file with that content."""
    path = scratch() / name
    path.write_bytes(data)
    return path


def of_file(name: str, read: Callable[[Path], object]) -> Callable[[bytes], object]:
    return lambda data: read(placed(name, data))


def of_text(*parsers: Callable[[str], object]) -> Callable[[bytes], object]:
    """The parser that the first byte chooses, on the rest."""

    def read(data: bytes) -> None:
        parse = parsers[data[0] % len(parsers)] if data else parsers[0]
        parse(data[1:].decode("utf-8", "surrogateescape"))

    return read
