"""Where a solver keeps what it needs between calls of the network: in memory, or on disk.

On disk every step is taken on a few rows at once, and of what is kept nothing has to be resident
while the network works.
"""

from __future__ import annotations

import mmap
import shutil
import tempfile
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol, TypeAlias

import torch
from torch import Tensor

from restorebench.data.mapped import mapped_file, without_pages
from restorebench.errors import DiskSpaceError

Rows: TypeAlias = slice | None
"""Some rows of an image; None is all that there is, of a tensor of any shape."""

AT_ONCE = 1 << 20
"""Numbers of a state that a step is taken on at once, on disk."""


class State(Protocol):
    """How a solver's loop keeps tensors; the numbers in them are the same in any."""

    def kept(self, x: Tensor) -> Tensor:
        """`x`, or a copy that takes its place."""
        ...

    def strips(self, x: Tensor) -> list[Rows]:
        """The rows that a step from `x` is taken on, one after the other."""
        ...

    def joined(self, like: Tensor, strips: list[Rows], parts: Iterator[Tensor]) -> Tensor:
        """A tensor like another from what it is on each of the strips."""
        ...

    def rest(self) -> None:
        """Nothing of what is kept is needed for now."""
        ...


class InMemory:
    """As they are: nothing is copied or cut."""

    def kept(self, x: Tensor) -> Tensor:
        """`x` itself."""
        return x

    def strips(self, x: Tensor) -> list[Rows]:
        """All at once."""
        return [None]

    def joined(self, like: Tensor, strips: list[Rows], parts: Iterator[Tensor]) -> Tensor:
        """The only part."""
        (part,) = parts
        return part

    def rest(self) -> None:
        """There is nothing to do."""


MEMORY = InMemory()


class OnDisk:
    """In files without a name, mapped into memory, in the folder for temporary files (``TMPDIR``).

    The system removes such a file with its tensor, or with the process, however that ends. `size`
    is how many bytes there will be at once. Raises `DiskSpaceError` where they have no space: at
    first where it is known, and at a file where others have taken it since.
    """

    def __init__(self, size: int = 0) -> None:
        self.folder = Path(tempfile.gettempdir())
        self._maps = weakref.WeakSet[mmap.mmap]()
        if (free := shutil.disk_usage(self.folder).free) < size:
            raise DiskSpaceError(_lacking(self.folder, size, f"{free >> 20} MiB are free there"))

    def kept(self, x: Tensor) -> Tensor:
        """A copy in a file."""
        made = self._like(x).copy_(x)
        self.rest()
        return made

    def strips(self, x: Tensor) -> list[Rows]:
        """As `by_rows`."""
        return by_rows(x)

    def joined(self, like: Tensor, strips: list[Rows], parts: Iterator[Tensor]) -> Tensor:
        """Each put into a file as it comes."""
        made = self._like(like)
        for rows, part in zip(strips, parts, strict=True):
            rows_of(made, rows).copy_(part)
            self.rest()
        return made

    def rest(self) -> None:
        """Let the pages go: the system has them in the file, or writes them there."""
        for mapped in self._maps:
            without_pages(mapped)

    def _like(self, x: Tensor) -> Tensor:
        try:
            mapped = mapped_file(x.nbytes, self.folder)
        except OSError as error:
            reason = error.strerror or str(error)
            raise DiskSpaceError(_lacking(self.folder, x.nbytes, reason)) from error
        self._maps.add(mapped)
        return torch.frombuffer(mapped, dtype=x.dtype).reshape(x.shape)


def rows_of(x: Tensor, rows: Rows) -> Tensor:
    """Those rows of (…, H, W)."""
    return x if rows is None else x[..., rows, :]


def by_rows(x: Tensor) -> list[Rows]:
    """Some rows of (…, H, W) after the other, each of about `AT_ONCE` numbers."""
    height = x.shape[-2]
    rows = max(1, AT_ONCE * height // x.numel())
    return [slice(top, min(top + rows, height)) for top in range(0, height, rows)]


def _lacking(folder: Path, size: int, reason: str) -> str:
    return (
        f"a temporary file in {folder} for a solver's state of {max(1, size >> 20)} MiB cannot be "
        f"made: {reason}; set TMPDIR to a folder with more space, or give more --memory"
    )
