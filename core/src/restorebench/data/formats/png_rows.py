"""Plain 8-bit RGB PNG by rows, so that no whole image is held beside the array that it fills.

Taken are large files of which nothing is odd; all others are for Pillow, which knows what is wrong
with them. Pillow also undoes the filters of rows, and judges what a file says beside its pixels.
Chunks and filters as in the PNG specification (W3C, third edition, 2025).
"""

from __future__ import annotations

import math
import struct
import zlib
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import numpy as np
from PIL import Image

from restorebench.data import mapped
from restorebench.data.formats.image_file import Source
from restorebench.data.formats.png_chunks import SIGNATURE
from restorebench.types import Pixels

_BAND = 64
"""Rows that are decoded at once."""

_AT_ONCE = 1 << 18
"""Bytes of a file that are read at once."""

_REFUSED = (b"IHDR", b"IDAT", b"tRNS", b"acTL", b"fcTL", b"fdAT")
"""Chunks that make more of the pixels, or that come twice."""

_PLAIN = b"\x08\x02\x00\x00\x00"
"""Of a header: 8 bits, RGB, the one compression, the one set of filters, not interlaced."""


def read_by_rows(
    source: Source,
    allocate: Callable[[tuple[int, ...]], Pixels],
    is_usual: Callable[[bytes], bool],
) -> Pixels | None:
    """A large plain PNG, ``(3, H, W)``, in an array of `allocate`; None for every other file.

    `is_usual` is asked about a PNG of one pixel that says all else as the file does.
    """
    try:
        with BytesIO(source) if isinstance(source, bytes) else Path(source).open("rb") as file:
            png = _PlainPng(file)
            if math.prod(png.shape) < mapped.LARGE or not is_usual(png.with_one_pixel()):
                return None
            pixels, top = allocate(png.shape), 0
            for band in png.bands():
                pixels[:, top : top + len(band)] = band.transpose(2, 0, 1)
                top += len(band)
                mapped.let_go()
            return pixels if is_usual(png.with_one_pixel()) else None
    except (_OddPngError, OSError, ValueError, zlib.error):  # which Pillow will explain
        return None


class _OddPngError(Exception):
    """A file is not that plain."""


class _PlainPng:
    """A file opened for one reading, at its pixels; raises `_OddPngError` where it is none."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        if file.read(len(SIGNATURE)) != SIGNATURE:
            raise _OddPngError
        length, kind = self._head()
        header = b"".join(self._pieces(length, kind)) if length == 13 else b""
        width, height = struct.unpack(">II", header[:8]) if header else (0, 0)
        most = Image.MAX_IMAGE_PIXELS or math.inf
        if kind != b"IHDR" or header[8:] != _PLAIN or not 0 < width * height <= most:
            raise _OddPngError
        self.shape = (3, height, width)
        self._chunks = [_whole(b"IHDR", struct.pack(">II", 1, 1) + _PLAIN)]
        self._length = self._kept_until(b"IDAT")
        self._chunks.append(_whole(b"IDAT", zlib.compress(bytes(4))))

    def with_one_pixel(self) -> bytes:
        """A file with all chunks that were met, in their order, but of one black pixel."""
        return b"".join([SIGNATURE, *self._chunks, _whole(b"IEND", b"")])

    def bands(self) -> Iterator[Pixels]:
        """The image, ``(h, W, 3)`` after ``(h, W, 3)``, from above; then the file is at its end."""
        _, left, width = self.shape
        stride = 1 + 3 * width
        above = bytes(stride)
        for raw in self._inflated(stride * _BAND):
            rows, odd = divmod(len(raw), stride)
            if odd or rows > left:
                raise _OddPngError
            packed = zlib.compress(above + raw, 0)
            band = np.asarray(Image.frombytes("RGB", (width, rows + 1), packed, "zip", "RGB"))
            yield band[1:]
            above, left = b"\0" + band[-1].tobytes(), left - rows
        if left:
            raise _OddPngError

    def _inflated(self, size: int) -> Iterator[bytes]:
        """What the chunks of pixels hold, `size` bytes after `size` bytes."""
        decompressor, found = zlib.decompressobj(), b""
        for data in self._compressed():
            while data:
                if decompressor.eof:
                    raise _OddPngError
                found += decompressor.decompress(data, size - len(found))
                data = decompressor.unconsumed_tail or decompressor.unused_data
                if len(found) == size:
                    yield found
                    found = b""
        if not decompressor.eof:
            raise _OddPngError
        if found:
            yield found

    def _compressed(self) -> Iterator[bytes]:
        """The contents of the chunks of pixels, in pieces; what comes after them is kept."""
        length, kind = self._length, b"IDAT"
        while kind == b"IDAT":
            yield from self._pieces(length, kind)
            length, kind = self._head()
        self._kept_until(b"IEND", length, kind)

    def _kept_until(self, end: bytes, length: int = 0, kind: bytes = b"") -> int:
        """Keep chunks up to that of the kind `end`; its length."""
        if not kind:
            length, kind = self._head()
        while kind != end:
            if kind in _REFUSED:
                raise _OddPngError
            self._chunks.append(_whole(kind, b"".join(self._pieces(length, kind))))
            length, kind = self._head()
        return length

    def _pieces(self, length: int, kind: bytes) -> Iterator[bytes]:
        """The content of a chunk, whose checksum is right."""
        check = zlib.crc32(kind)
        while length:
            data = self._read(min(length, _AT_ONCE))
            check, length = zlib.crc32(data, check), length - len(data)
            yield data
        if self._read(4) != check.to_bytes(4, "big"):
            raise _OddPngError

    def _head(self) -> tuple[int, bytes]:
        length, kind = struct.unpack(">I4s", self._read(8))
        return length, kind

    def _read(self, size: int) -> bytes:
        if len(data := self._file.read(size)) < size:
            raise _OddPngError
        return data


def _whole(kind: bytes, data: bytes) -> bytes:
    """A chunk with its length and checksum."""
    check = zlib.crc32(kind + data)
    return struct.pack(">I4s", len(data), kind) + data + check.to_bytes(4, "big")
