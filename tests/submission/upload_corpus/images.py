"""Images that are not what they should be."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable

import upload_kit as kit
from PIL import Image
from upload_kit import HEIGHT, png, saved, submission

from upload_corpus.case import EVIL, MIB, Case


def _image(title: str, data: Callable[[], bytes], says: str, severity: str = "error") -> Case:
    return Case(f"image: {title}", lambda: submission(p0002=data()), severity, says, "0002.png")


def _mode(mode: str) -> Callable[[], bytes]:
    return lambda: saved(Image.fromarray(kit.pixels()).convert(mode))


def _turned() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6
    return saved(kit.pixels(), exif=exif)


def _gigantic(side: int) -> Callable[[], bytes]:
    return lambda: png(kit.idat(99), height=side, width=side)


def _cut() -> bytes:
    return saved(kit.pixels())[:-400]


def _damaged() -> bytes:
    data = bytearray(saved(kit.pixels()))
    data[600] ^= 0xFF
    return bytes(data)


def _shards() -> bytes:
    return png(chunk_of_nothing() * 70_000, kit.idat(kit.WHOLE))


def chunk_of_nothing() -> bytes:
    return kit.chunk(b"teSt", b"")


def _after_its_end(extra: bytes, inside: bool = True) -> Callable[[], bytes]:
    """Bytes after the end of the zlib stream, in its IDAT chunk or in one of their own."""
    stream = zlib.compress(kit.pixels_raw())
    if inside:
        return lambda: png(kit.chunk(b"IDAT", stream + extra))
    return lambda: png(kit.chunk(b"IDAT", stream), kit.chunk(b"IDAT", extra))


def _two_headers() -> bytes:
    return png(kit.header(HEIGHT * 2), kit.idat(kit.WHOLE))


def _of_rows(first: int) -> Callable[[], bytes]:
    """Rows whose filter byte is `first`."""
    row = bytes([first]) + bytes(3 * kit.WIDTH)
    return lambda: png(kit.chunk(b"IDAT", zlib.compress(row * HEIGHT)))


def _with_header(*last: int) -> Callable[[], bytes]:
    start = kit.chunk(b"IHDR", struct.pack(">2I5B", kit.WIDTH, HEIGHT, 8, 2, *last))
    return lambda: png(kit.idat(kit.WHOLE), start=start)


def _interrupted() -> bytes:
    stream = zlib.compress(kit.pixels_raw())
    parts = (kit.chunk(b"IDAT", stream[:50]), chunk_of_nothing(), kit.chunk(b"IDAT", stream[50:]))
    return png(*parts)


_LAUGHS = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><svg>&b;</svg>'

IMAGES = [
    _image("60,000 pixels a side", _gigantic(60_000), "decompression bomb", "fatal"),
    _image("2^31 - 1 pixels a side", _gigantic(2**31 - 1), "decompression bomb", "fatal"),
    _image("no pixels", _gigantic(0), "is 0×0"),
    _image("one byte after its pixels", _after_its_end(b"x"), "after the end of its pixel"),
    _image("many bytes after", _after_its_end(bytes(MIB // 2)), "after the end of its pixel"),
    _image("a chunk after", _after_its_end(b"x", False), "after the end of its pixel"),
    _image("a second stream", _after_its_end(zlib.compress(b"x")), "after the end of its pixel"),
    _image("two headers", _two_headers, "has two headers"),
    _image("half the size", lambda: saved(kit.pixels(0, 16, 20)), "is 20×16 (width × height)"),
    _image("turned", lambda: saved(kit.pixels(0, 40, 32)), "so it is turned"),
    _image("grey", _mode("L"), "is grey"),
    _image("grey with alpha", _mode("LA"), "is grey with alpha"),
    _image("palette", _mode("P"), "is a palette image"),
    _image("alpha", _mode("RGBA"), "is RGB with alpha"),
    _image("black and white", _mode("1"), "is grey, 1 bits"),
    _image("16 bit", lambda: png(kit.idat(9), depth=16), "16 bits per channel"),
    _image("unknown colour type", lambda: png(kit.idat(9), colour=7), "of colour type 7"),
    _image("JPEG", lambda: saved(kit.pixels(), "JPEG"), "is a JPEG image, not PNG"),
    _image("GIF", lambda: saved(kit.pixels(), "GIF"), "is a GIF image, not PNG"),
    _image("WebP", lambda: saved(kit.pixels(), "WEBP"), "is a WebP image, not PNG"),
    _image("text", lambda: b"404 Not Found", "is no image, not PNG"),
    _image("document type", lambda: _LAUGHS, "is a web page, not PNG"),
    _image("program", lambda: b"\x7fELF" + bytes(99), "is a program", "fatal"),
    _image("0 bytes", lambda: b"", "is empty (0 bytes)"),
    _image("signature alone", lambda: png()[:8], "without a header"),
    _image("cut short", _cut, "is cut short"),
    _image("a flipped byte", _damaged, "checksum of IDAT is wrong"),
    _image("too few pixels", lambda: png(kit.idat(99)), "pixels are missing"),
    _image("no pixel data", lambda: png(), "pixels are missing"),
    _image("no zlib stream", lambda: png(kit.chunk(b"IDAT", EVIL)), "is damaged"),
    _image("endless chunk", lambda: png(struct.pack(">I", 2**31) + b"IDAT"), "is cut short"),
    _image("70,000 chunks", _shards, "65,536 pieces", "fatal"),
    _image("animated", lambda: kit.with_chunk(kit.chunk(b"acTL", bytes(8))), "is animated"),
    _image(
        "transparent colour", lambda: kit.with_chunk(kit.chunk(b"tRNS", bytes(6))), "transparent"
    ),
    _image("turned by EXIF", _turned, "EXIF orientation 6"),
    _image("unknown filter", _of_rows(9), "unknown filter"),
    _image("unknown compression", _with_header(1, 0, 0), "numbers that PNG does not know"),
    _image("unknown interlacing", _with_header(0, 0, 2), "numbers that PNG does not know"),
    _image(
        "a part that all must know",
        lambda: kit.with_chunk(kit.chunk(b"ABCD", b"x")),
        "a part ABCD that PNG does not know",
    ),
    _image("pixels in two places", _interrupted, "other parts amid its pixel data"),
    _image("copied as text", lambda: saved(kit.pixels()).replace(b"\r\n", b"\n"), "copied as text"),
    _image("Git LFS", lambda: b"version https://git-lfs.github.com/spec/v1\n", "Git LFS pointer"),
    _image("broken EXIF", lambda: kit.with_chunk(kit.chunk(b"eXIf", b"II*\0\xff\xff")), "EXIF"),
]
