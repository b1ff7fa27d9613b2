"""A file whose every block is compared with its hash when it is read: a changed bit is an error."""

from __future__ import annotations

import io
import os
from collections import OrderedDict
from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

from restorebench.errors import StoreError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

BLOCK = 1 << 18
"""Bytes that have a hash of their own."""
_KEPT = 8
"""Blocks that are kept in memory: columns are read one after the other."""


def block_hashes(path: Path) -> list[str]:
    """A hash of 16 digits for each block of a file."""
    found = []
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            found.append(_hash(block))
    return found


class CheckedFile(io.RawIOBase):
    """Reads `path`, of `size` bytes with these `hashes` of its blocks.

    Raises `StoreError`, when opened or read, for a file that is another one.
    """

    def __init__(self, path: Path, size: int, hashes: Sequence[str]) -> None:
        super().__init__()
        self._path, self._size, self._hashes = path, size, hashes
        self._place = 0
        self._blocks: OrderedDict[int, bytes] = OrderedDict()
        self._file = path.open("rb", buffering=0)
        if os.fstat(self._file.fileno()).st_size != size:
            self._file.close()
            raise self._changed()

    def readable(self) -> bool:
        """Yes."""
        return True

    def seekable(self) -> bool:
        """Yes."""
        return True

    def tell(self) -> int:
        """Where the next reading begins."""
        return self._place

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a place."""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._place, os.SEEK_END: self._size}[whence]
        self._place = base + offset
        return self._place

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Read what fits into `buffer`; fewer bytes only at the end."""
        view = memoryview(buffer).cast("B")
        done = 0
        while done < len(view) and self._place < self._size:
            number, start = divmod(self._place, BLOCK)
            piece = self._block(number)[start : start + len(view) - done]
            view[done : done + len(piece)] = piece
            done += len(piece)
            self._place += len(piece)
        return done

    def close(self) -> None:
        """Close the file."""
        self._file.close()
        super().close()

    def _block(self, number: int) -> bytes:
        if number not in self._blocks:
            self._file.seek(number * BLOCK)
            block = self._file.read(BLOCK)
            if _hash(block) != self._hashes[number]:
                raise self._changed()
            self._blocks[number] = block
            while len(self._blocks) > _KEPT:
                self._blocks.popitem(last=False)
        return self._blocks[number]

    def _changed(self) -> StoreError:
        return StoreError(f"{self._path} was changed since it was written; restore it from a copy")


def _hash(block: bytes) -> str:
    return blake2b(block, digest_size=8).hexdigest()
