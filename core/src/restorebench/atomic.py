"""Files that appear whole or not at all: written beside their place, then moved there."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give the path of a new file (or folder) beside `path`, which takes its place at the end.

    Makes folders as needed. A file that is there stays if the block raises, and its permissions
    pass to the new one. What is written carries a hidden name that ends in ``.part``.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.stem[:80]}-{uuid.uuid4().hex}.part")
    try:
        yield part
        if path.is_file():
            shutil.copymode(path, part)
        os.replace(part, path)
    except BaseException:
        _discard(part)
        raise


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 with ``\\n`` line ends, whole or not at all."""
    with replacing(path) as part:
        part.write_text(text, encoding="utf-8", newline="\n")


def discard_parts(folder: Path) -> None:
    """Remove what killed processes left in a folder, in which no other process is writing."""
    for part in folder.glob(".*.part"):
        _discard(part)


def _discard(part: Path) -> None:
    if part.is_dir():
        shutil.rmtree(part, ignore_errors=True)
    else:
        part.unlink(missing_ok=True)
