"""A submission as a list of members that can be read within bounds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from restorebench.submission.archive.finding import Finding, UploadError

_PIECE = 64 << 10


@dataclass(frozen=True)
class Member:
    """A file of an upload: its name with ``/`` between folders, and the bytes that it claims."""

    name: str
    size: int


class Upload(Protocol):
    """Members by name, and findings about the whole before any is read.

    `members` are the files, without folders and what was refused; `findings` what was seen without
    reading any of them. With a fatal finding nothing may be read.
    """

    members: tuple[Member, ...]
    findings: tuple[Finding, ...]

    def read(self, member: Member, limit: int) -> bytes:
        """The content; raises `UploadError` where it is longer than `limit`, or damaged."""


def read_bounded(stream: BinaryIO, limit: int) -> bytes:
    """All of `stream`, piece by piece; `UploadError` as soon as it is longer than `limit` bytes."""
    pieces: list[bytes] = []
    left = limit
    while piece := stream.read(min(_PIECE, left + 1)):
        left -= len(piece)
        if left < 0:
            raise too_long(limit)
        pieces.append(piece)
    return b"".join(pieces)


def too_long(limit: int) -> UploadError:
    """The error of a member that is longer than allowed."""
    what = f"is longer than the {limit:,} bytes that it may have"
    return UploadError(
        what, "no image of the expected size needs more; save it again as PNG", "fatal"
    )


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """A regular file for reading; `UploadError` for anything else, which could block."""
    if not path.is_file():
        what = "does not exist" if not path.exists() else "is not a file"
        raise UploadError(what, "give the zip file that was handed in", "fatal")
    try:
        file = path.open("rb")
    except OSError as error:
        raise UploadError(f"cannot be opened: {error.strerror}", severity="fatal") from error
    with file:
        yield file
