"""Untrusted PNG files: everything is checked before a single pixel is allocated.

Chunks, colour types and interlacing as in the PNG specification (W3C, third edition, 2025).
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from PIL import ExifTags, Image

from restorebench.submission.archive.file_type import kind_of
from restorebench.submission.archive.finding import UploadError
from restorebench.submission.archive.limits import Limits
from restorebench.submission.archive.png_colours import Colours

SIGNATURE = b"\x89PNG\r\n\x1a\n"

_RGB = 2
_CRITICAL = (b"IHDR", b"IDAT")
_COLOURS = {0: "grey", 2: "RGB", 3: "a palette image", 4: "grey with alpha", 6: "RGB with alpha"}
_ADAM7 = (  # first column, first row, step in x, step in y
    *((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4)),
    *((0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)),
)
_KNOWN = (b"IHDR", b"PLTE", b"IDAT", b"IEND")
_FILTERS = 4  # the highest of PNG's five numbers of filters
_PIECE = 64 << 10
_AS_PNG = "save it as 8-bit RGB PNG"


@dataclass(frozen=True)
class Header:
    """The facts of an IHDR chunk."""

    width: int
    height: int
    depth: int
    colour: int
    interlaced: bool

    @property
    def row_bytes(self) -> int:
        """The bytes of a row of an 8-bit RGB image, with its filter byte; 0 where interlaced."""
        return 0 if self.interlaced else 1 + 3 * self.width

    @property
    def raw_bytes(self) -> int:
        """The bytes of all rows of an 8-bit RGB image, each with its filter byte."""
        passes = _ADAM7 if self.interlaced else ((0, 0, 1, 1),)
        sizes = (
            (-(-(self.height - top) // down), -(-(self.width - left) // right))
            for left, top, right, down in passes
        )
        return sum(h * (1 + 3 * w) for h, w in sizes if h > 0 and w > 0)


def check_png(data: bytes, height: int, width: int, limits: Limits) -> str:
    """How its colours are said to be no sRGB ones, or ``""``; the values are sound all the same.

    Raises `UploadError` unless `data` is one whole 8-bit RGB PNG of that size. The pixels are
    inflated piece by piece, counted and forgotten.
    """
    header = read_header(data, limits)
    _check_header(header, height, width)
    counter, colours, before = _Inflated(header), Colours(), b""
    for number, (chunk, content) in enumerate(_chunks(data, limits)):
        if number and chunk == b"IHDR":
            raise UploadError("has two headers, of which programs choose as they like", _AS_PNG)
        _check_chunk(chunk, content)
        colours.take(chunk, content)
        if chunk == b"IDAT":
            if before != b"IDAT" and counter.begun:
                raise UploadError("has other parts amid its pixel data", "save it again")
            counter.feed(content)
        before = chunk
    counter.finish()
    return colours.unlike_srgb()


def _check_header(header: Header, height: int, width: int) -> None:
    if (header.height, header.width) != (height, width):
        turned = (header.width, header.height) == (height, width)
        what = f"is {header.width}×{header.height} (width × height), expected {width}×{height}"
        raise UploadError(what + ", so it is turned" * turned, "nothing is resized here")
    if header.depth == 16:
        raise UploadError("has 16 bits per channel", _AS_PNG)
    if header.colour != _RGB or header.depth != 8:
        kind = _COLOURS.get(header.colour, f"of colour type {header.colour}")
        raise UploadError(f"is {kind}, {header.depth} bits per channel", _AS_PNG)


def pixels_only(data: bytes, limits: Limits) -> bytes:
    """The same image without metadata and trailing bytes: no decoder sees untrusted ones.

    Raises `UploadError` where `check_png` would for the chunks.
    """
    parts = [SIGNATURE]
    for kind, content in _chunks(data, limits):
        if kind in _CRITICAL:
            parts += [struct.pack(">I", len(content)), kind, content]  # type: ignore[list-item]
            parts.append(struct.pack(">I", zlib.crc32(content, zlib.crc32(kind))))
    return b"".join([*parts, b"\0\0\0\0IEND", struct.pack(">I", zlib.crc32(b"IEND"))])


def read_header(data: bytes, limits: Limits) -> Header:
    """The header, before anything else is believed; `UploadError` where it is absent or absurd."""
    if not data.startswith(SIGNATURE):
        raise _not_png(data)
    if len(data) < 33 or data[8:16] != b"\0\0\0\rIHDR":
        raise UploadError("is a PNG without a header", "save it again")
    width, height, depth, colour, packing, filters, interlaced = struct.unpack(">2I5B", data[16:29])
    if width * height > limits.pixels:
        what = f"claims to be {width}×{height}, as a decompression bomb does"
        raise UploadError(what, "save it again in the expected size", "fatal")
    if packing or filters or interlaced > 1:
        raise UploadError("has a header with numbers that PNG does not know", "save it again")
    return Header(width, height, depth, colour, interlaced == 1)


def _not_png(data: bytes) -> UploadError:
    kind = kind_of(data[:16])
    if "archive" in kind or kind == "a program":
        return UploadError(f"is {kind} under an image's name", "hand in images", "fatal")
    if not data:
        return UploadError("is empty (0 bytes)", "was the disk full? save it again")
    if "copied as text" in kind:
        return UploadError(f"is {kind}: its line ends were changed", "copy it as binary")
    lossy = " from the original, not from the JPEG" * (kind == "a JPEG image")
    return UploadError(f"is {kind or 'no image'}, not PNG", _AS_PNG + lossy)


def _chunks(data: bytes, limits: Limits) -> Iterator[tuple[bytes, memoryview]]:
    """The chunks up to IEND, each with its checksum checked."""
    view, at = memoryview(data), len(SIGNATURE)
    for _ in range(limits.chunks):
        if at + 12 > len(data):
            raise UploadError("is cut short: a PNG ends with IEND", "save or upload it again")
        (length,) = struct.unpack_from(">I", data, at)
        kind, end = data[at + 4 : at + 8], at + 8 + length
        if end + 4 > len(data):
            raise UploadError(f"is cut short inside {_name(kind)}", "save or upload it again")
        if zlib.crc32(view[at + 4 : end]) != struct.unpack_from(">I", data, end)[0]:
            raise UploadError(
                f"is damaged: the checksum of {_name(kind)} is wrong", "save it again"
            )
        if kind == b"IEND":
            return
        yield kind, view[at + 8 : end]
        at = end + 4
    raise UploadError(f"is in more than {limits.chunks:,} pieces", "save it again", "fatal")


def _name(kind: bytes) -> str:
    """Of a chunk, such as ``IDAT``; bytes that are no letters become escapes."""
    return kind.decode("latin-1").encode("unicode_escape").decode()


def _check_chunk(kind: bytes, content: memoryview) -> None:
    if not kind.isalpha() or (kind[:1].isupper() and kind not in _KNOWN):
        raise UploadError(f"has a part {_name(kind)} that PNG does not know", "save it again")
    if kind == b"acTL":
        raise UploadError("is animated", "save the frame that is meant")
    if kind == b"tRNS":
        raise UploadError("is RGB with a transparent colour", _AS_PNG)
    if kind == b"eXIf" and (turn := _orientation(bytes(content))) in range(2, 9):
        what = f"has EXIF orientation {turn}, which some programs ignore"
        raise UploadError(what, "save it upright, without that tag")


def _orientation(content: bytes) -> int:
    exif = Image.Exif()
    try:
        exif.load(content)
        return int(exif.get(ExifTags.Base.Orientation, 1))
    except Exception as error:  # Pillow raises what it likes on malformed EXIF
        raise UploadError(f"has unreadable EXIF data ({error})", "save it without") from error


class _Inflated:
    """Counts the bytes of a zlib stream that must hold the pixels of an image."""

    def __init__(self, header: Header) -> None:
        self._zlib = zlib.decompressobj()
        self._need, self._seen = header.raw_bytes, 0
        self._row = header.row_bytes
        self.begun = False

    def feed(self, content: memoryview) -> None:
        self.begun = True
        for start in range(0, len(content), _PIECE):
            self._inflate(content[start : start + _PIECE])

    def _inflate(self, piece: memoryview | bytes) -> None:
        """Each step takes input, makes output or ends the loop: the work is linear in both."""
        try:
            while piece and not self._zlib.eof:
                out = self._zlib.decompress(piece, _PIECE)
                self._check_filters(out)
                self._seen += len(out)
                if self._seen > self._need:
                    raise UploadError(
                        "holds more data than its pixels need", "save it again", "fatal"
                    )
                piece = self._zlib.unconsumed_tail
        except zlib.error as error:
            raise UploadError(f"is damaged ({error})", "save it again") from error
        if piece or self._zlib.unused_data:
            raise UploadError("has bytes after the end of its pixel data", "save it again")

    def _check_filters(self, out: bytes) -> None:
        """Of the rows of an image that is not interlaced; the decoder finds those of others."""
        if self._row and max(out[-self._seen % self._row :: self._row], default=0) > _FILTERS:
            raise UploadError("is damaged: a row of pixels has an unknown filter", "save it again")

    def finish(self) -> None:
        if self._seen < self._need or not self._zlib.eof:
            raise UploadError("is cut short: pixels are missing", "save or upload it again")
