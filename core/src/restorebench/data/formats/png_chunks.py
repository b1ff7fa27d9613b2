"""Chunks of PNG files that Pillow passes over, or refuses a whole image for.

Chunks and their order as in the PNG specification (W3C, third edition, 2025).
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import BinaryIO, NamedTuple

SIGNATURE = b"\x89PNG\r\n\x1a\n"

_OF_NO_PIXEL = (b"tEXt", b"zTXt", b"iTXt", b"tIME", b"pHYs", b"hIST", b"sPLT", b"eXIf", b"bKGD")
"""Chunks without which the pixels mean the same."""


class _Chunk(NamedTuple):
    kind: bytes
    whole: bytes
    """With length and checksum."""

    @property
    def is_sound(self) -> bool:
        return zlib.crc32(self.whole[4:-4]).to_bytes(4, "big") == self.whole[-4:]


def coding_of(file: BinaryIO) -> bytes:
    """The four numbers of cICP: primaries, transfer, matrix, range; empty where it is absent."""
    return next((c.whole[8:-4] for c in _before_pixels(file) if c.kind == b"cICP"), b"")


def without_damaged_text(data: bytes) -> tuple[bytes, str]:
    """A PNG without metadata of wrong checksums, and the names of what was left out."""
    kept, left_out, length = [], [], len(SIGNATURE)
    for chunk in _before_pixels(BytesIO(data)):
        length += len(chunk.whole)
        is_damaged = chunk.kind in _OF_NO_PIXEL and not chunk.is_sound
        left_out += [chunk.kind.decode("ascii")] if is_damaged else []
        kept += [] if is_damaged else [chunk.whole]
    return b"".join([SIGNATURE, *kept, data[length:]]), ", ".join(left_out)


def _before_pixels(file: BinaryIO) -> Iterator[_Chunk]:
    """Whole chunks up to the first of pixels."""
    file.seek(len(SIGNATURE))
    while len(head := file.read(8)) == 8 and head[4:] != b"IDAT":
        (length,) = struct.unpack(">I", head[:4])
        whole = head + file.read(length + 4)
        if len(whole) < length + 12:
            return
        yield _Chunk(head[4:], whole)
