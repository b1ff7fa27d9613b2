"""An append-only JSON Lines file that survives kills and several writers.

A line is written whole under a file lock, with a checksum as its last key. A writer that was killed
can leave at most one torn line at the end: the next writer removes it (or ends it, if only its
newline is missing).
"""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from functools import cached_property
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from restorebench.atomic import reason
from restorebench.console import json_text
from restorebench.errors import StoreError

if TYPE_CHECKING:
    from filelock import BaseFileLock

_KEY = b', "checksum": "'
_DIGITS = 16
_TAIL = len(_KEY) + _DIGITS + len(b'"}')


class JsonLines:
    """Lines of `path`, read from where the last reading ended; appends are atomic."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._offset = 0
        self._count = 0
        self._last = b""
        self._inode: tuple[int, int] | None = None

    @cached_property
    def _lock(self) -> BaseFileLock:
        from filelock import FileLock  # reading needs none

        return FileLock(f"{self.path}.lock")

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other writers out, and make the folder; `StoreError` where that fails."""
        with storing(self.path):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._lock.acquire()
        try:
            yield
        finally:
            self._lock.release()

    def read_new(self) -> list[dict[str, Any]]:
        """The whole lines that any process added since the last call.

        Raises `StoreError` for a line that is broken or was changed since it was written (but not
        for the torn end), and where the file is no longer the one that was read before.
        """
        return list(self.each_new())

    def each_new(self) -> Iterator[dict[str, Any]]:
        """The lines of `read_new`, one at a time: a file need not fit in memory."""
        with self.open() or nullcontext() as file:
            for _, value in self.lines_of(file):
                yield value

    def open(self) -> BinaryIO | None:
        """The file for `lines_of`, which the caller closes; None where there is none."""
        try:
            return self.path.open("rb")
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            msg = f"{self.path} cannot be read ({reason(error)})"
            raise StoreError(msg) from error

    def lines_of(self, file: BinaryIO | None) -> Iterator[tuple[bytes, dict[str, Any]]]:
        """As `each_new`, of `path` from `open`: each line as it is, and what it holds."""
        if file is None:
            self._check(self._offset == 0, "has been removed")
            return
        with reading(self.path):
            self._resume(file)
            for line in file:
                if not line.endswith(b"\n"):  # a torn end
                    return
                self._offset += len(line)
                self._count += 1
                self._last = line
                if line.strip():
                    yield line[:-1], self._parse(line[:-1])

    def mend(self) -> bool:
        """Complete (then it is true) or remove the torn end; under the conditions of `append`."""
        with storing(self.path):
            return self._mend()

    def append(self, value: Mapping[str, Any]) -> None:
        """Write one line; the caller has the file `locked` and has called `read_new` under it."""
        with storing(self.path):
            self._mend()
            with self.path.open("ab") as file:
                file.write(checked(value) + b"\n")

    def append_all(self, lines: Sequence[bytes]) -> list[dict[str, Any]]:
        """Write lines of `checked` at once, under the conditions of `append`, and read past them.

        They are compared with what is in the file then. Returns what the torn end holds, if that
        was complete.
        """
        completed = self.read_new() if self.mend() else []
        whole = b"".join(line + b"\n" for line in lines)
        with storing(self.path), self.path.open("a+b") as file:
            file.write(whole)
            file.flush()
            self._resume(file)
            self._check(file.read() == whole, "has been changed")
        self._offset += len(whole)
        self._count += len(lines)
        self._last = lines[-1] + b"\n"
        return completed

    def _resume(self, file: BinaryIO) -> None:
        """Go to where the last reading ended, if what was read is still there."""
        status = os.fstat(file.fileno())
        inode = (status.st_dev, status.st_ino)
        self._check(not self._offset or self._inode == inode, "has been replaced")
        file.seek(self._offset - len(self._last))
        self._check(file.read(len(self._last)) == self._last, "has been shortened or changed")
        self._inode = inode

    def _check(self, holds: bool, what: str) -> None:
        if not holds:
            msg = (
                f"{self.path} {what} while it was in use; restore it from a copy if its records "
                "are still needed, and run the same command again"
            )
            raise StoreError(msg)

    def _parse(self, line: bytes) -> dict[str, Any]:
        try:
            return parsed(line)
        except ValueError as error:
            where = f"{self.path}, line {self._count} {error}"
            msg = f"{where}; restore the file from a copy, or delete that line"
            raise StoreError(msg) from error

    def _mend(self) -> bool:
        """Complete (then it is true) or remove the line that a killed writer left at the end."""
        try:
            if os.stat(self.path).st_size <= self._offset:
                return False
        except FileNotFoundError:
            return False
        with self.path.open("r+b") as file:
            file.seek(self._offset)
            if _object(torn := file.read()) is None or not _has_checksum(torn):
                os.truncate(self.path, self._offset)
                return False
            file.write(b"\n")
        return True


def checked(value: Mapping[str, Any]) -> bytes:
    """A JSON object as a line of the file, without the line's end."""
    return _with_checksum(
        json_text(json.dumps(value, ensure_ascii=False, allow_nan=False)).encode()
    )


def parsed(line: bytes) -> dict[str, Any]:
    """What a line holds, without its checksum; `ValueError` says what is wrong with it."""
    value = _object(line)
    if value is None:
        msg = f"is not a JSON object ({line[:60]!r}…)"
        raise ValueError(msg)
    if not _has_checksum(line):
        msg = "has no checksum: something else than this version of restorebench wrote it"
        raise ValueError(msg)
    if line != _with_checksum(line[:-_TAIL] + b"}"):
        msg = "was changed since it was written: its checksum is another one"
        raise ValueError(msg)
    del value["checksum"]
    return value


@contextmanager
def storing(path: Path) -> Iterator[None]:
    """Turn an `OSError` from writing `path` into a `StoreError`."""
    try:
        yield
    except OSError as error:
        is_full = error.errno in {errno.ENOSPC, errno.EDQUOT}
        do = "free space or name" if is_full else "name"
        msg = (
            f"{path} cannot be written ({reason(error)}); what was recorded before is kept: {do} "
            "another folder, and run the same command again"
        )
        raise StoreError(msg) from error


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turn an `OSError` from reading `path` into a `StoreError`."""
    try:
        yield
    except OSError as error:
        msg = f"{path} cannot be read ({reason(error)})"
        raise StoreError(msg) from error


def _has_checksum(line: bytes) -> bool:
    return line[-_TAIL:].startswith(_KEY)


def _with_checksum(line: bytes) -> bytes:
    digest = blake2b(line, digest_size=_DIGITS // 2).hexdigest()
    return line[:-1] + _KEY + digest.encode() + b'"}'


def _object(line: bytes) -> dict[str, Any] | None:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
