"""Files that appear whole or not at all: written beside their place, then moved there."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def replacing(path: Path, parts: Path | None = None) -> Iterator[Path]:
    """Give the path of a new file (or folder) beside `path`, which takes its place at the end.

    Or in the folder `parts`, of the same file system.

    Makes folders as needed. A file that is there stays if the block raises, and its permissions
    pass to the new one. What is written carries a hidden name that ends in ``.part``; an `OSError`
    that names that, or no file (as where the disk is full), names `path` instead.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = (parts or path.parent) / f".{path.stem[:80]}-{uuid.uuid4().hex}.part"
    part.parent.mkdir(parents=True, exist_ok=True)
    try:
        with naming(path, part):
            yield part
            if path.is_file():
                shutil.copymode(path, part)
            os.replace(part, path)
    except BaseException:
        _discard(part)
        raise


@contextmanager
def naming(path: Path, part: Path | None = None) -> Iterator[None]:
    """Let an `OSError` of the system in the block that names no file, or `part`, name `path`."""
    try:
        yield
    except OSError as error:
        if error.errno is not None and error.filename in (None, str(part)):
            error.filename = str(path)
        raise


def reason(error: OSError) -> str:
    """What the system says went wrong, or what it means by that."""
    if isinstance(error, FileExistsError | NotADirectoryError):
        where = f"{error.filename} " if error.filename else ""
        return f"{where}is not a folder, but a file or a link"
    return error.strerror or type(error).__name__


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 with ``\\n`` line ends, whole or not at all."""
    with replacing(path) as part:
        part.write_text(text, encoding="utf-8", newline="\n")


def discard_parts(folder: Path) -> None:
    """Remove what killed processes left in a folder, in which no other process is writing."""
    for part in folder.glob(".*.part"):
        _discard(part)


def _discard(part: Path) -> None:
    with suppress(OSError):  # of a disk that is read-only: what went wrong first is to be said
        if part.is_dir():
            shutil.rmtree(part, ignore_errors=True)
        else:
            part.unlink()
