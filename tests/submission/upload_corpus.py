"""Uploads that mean harm, or that went wrong on the way: what each is, and what must be said."""

from __future__ import annotations

import gzip
import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass

import upload_kit as kit
from PIL import Image
from upload_kit import HEIGHT, info, png, saved, submission, zipped

EVIL = b"evil"
MIB = 1 << 20


@dataclass(frozen=True)
class Case:
    """An upload, the severity and words of its worst finding, and about which member that is."""

    name: str
    build: Callable[[], bytes]
    severity: str
    says: str
    member: str | None = None


def _named(title: str, name: str, says: str) -> Case:
    return Case(f"name: {title}", lambda: submission((info(name), EVIL)), "fatal", says, name)


NAMES = [
    _named("parent folder", "../0001.png", "leads out of its folder"),
    _named("parent folder, deep", "a/b/../../../etc/cron.d/x", "leads out of its folder"),
    _named("absolute", "/etc/passwd", "absolute path"),
    _named("drive and backslash", "C:\\Windows\\x.png", "drive letter"),
    _named("drive and slash", "C:/Windows/x.png", "drive letter"),
    _named("UNC", "\\\\host\\share\\x.png", "backslash"),
    _named("UNC with slashes", "//host/share/x.png", "absolute path"),
    _named("backslash traversal", "..\\..\\x.png", "backslash"),
    _named("alternate stream", "0001.png:evil", "drive letter or colon"),
    _named("dot folder", "./x.png", "'.' folder"),
    _named("empty folder", "a//x.png", "'.' folder"),
    _named("NUL", "0009.png\0.exe", "control characters"),
    _named("newline", "x\n.png", "control characters"),
    _named("terminal escape", "\x1b[2J\x1b[31mok.png", "control characters"),
    _named("right-to-left override", "gnp\u202egpj.exe", "control characters"),
    _named("zero-width space", "0001\u200b.png", "control characters"),
    _named("300 letters", "a" * 300 + ".png", "over 255 bytes"),
    _named("device CON", "CON.png", "reserves for a device"),
    _named("device in a folder", "a/aux/x.png", "reserves for a device"),
    _named("device LPT1", "lpt1.txt", "reserves for a device"),
    _named("trailing dot", "0001.png.", "ends in a dot or space"),
    _named("trailing space", "0001.png ", "ends in a dot or space"),
    _named("empty", "", "empty name"),
]


def _second(title: str, name: str, other: str, says: str) -> Case:
    def build() -> bytes:
        return submission((info(name), EVIL), (info(other), EVIL))

    return Case(f"collision: {title}", build, "fatal", says, other)


COLLISIONS = [
    _second("twice", "x.png", "x.png", "is there twice"),
    _second("case", "x.png", "X.PNG", "same file as x.png"),
    _second("Unicode form", "\u00e9.png", "e\u0301.png", "same file as"),
    _second("full width", "1.png", "\uff11.png", "same file as 1.png"),
    _second("sharp s", "stra\u00dfe.png", "STRASSE.png", "same file as"),
    Case(
        "collision: two readmes",
        lambda: submission(("README.TXT", kit.README)),
        "fatal",
        "same file as readme.txt",
        "README.TXT",
    ),
]


def _special(title: str, mode: int, says: str) -> Case:
    def build() -> bytes:
        return submission((info("0003.png", mode), b"/etc/passwd"), p0003=None)

    return Case(f"kind: {title}", build, "fatal", says, "0003.png")


def _inner(name: str, content: bytes, says: str) -> Case:
    return Case(f"nested: {name}", lambda: submission((name, content)), "fatal", says, name)


KINDS = [
    _special("symbolic link", 0o120777, "symbolic link"),
    _special("named pipe", 0o010644, "device, pipe or socket"),
    _special("character device", 0o020666, "device, pipe or socket"),
    _special("socket", 0o140644, "device, pipe or socket"),
    _inner("more.zip", zipped(("0001.png", EVIL)), "never opened"),
    _inner("code.tar.gz", gzip.compress(EVIL), "never opened"),
    _inner("weights.7z", EVIL, "never opened"),
    Case(
        "nested: a zip called PNG",
        lambda: submission(p0002=zipped(("0001.png", EVIL))),
        "fatal",
        "zip archive under an image's name",
        "0002.png",
    ),
]


def _flagged(bits: int) -> Callable[[], bytes]:
    return lambda: kit.patched(submission(), "0002.png", (6, 8, "<H", bits))


def _method(how: int) -> bytes:
    made = info("0002.png")
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in kit.sound(p0002=None).items():
            archive.writestr(name, content)
        archive.writestr(made, saved(kit.pixels()), how)
    return stream.getvalue()


def _deflate64() -> bytes:
    return kit.patched(submission(), "0002.png", (8, 10, "<H", 9))


METHODS = [
    Case("encrypted", _flagged(0x1), "fatal", "is encrypted", "0002.png"),
    Case("encrypted strongly", _flagged(0x41), "fatal", "is encrypted", "0002.png"),
    Case("headers masked", _flagged(0x2000), "fatal", "is encrypted", "0002.png"),
    Case("bzip2", lambda: _method(zipfile.ZIP_BZIP2), "fatal", "by bzip2", "0002.png"),
    Case("LZMA", lambda: _method(zipfile.ZIP_LZMA), "fatal", "by LZMA", "0002.png"),
    Case("deflate64", _deflate64, "fatal", "by deflate64", "0002.png"),
    Case("patch data", _flagged(0x20), "error", "cannot be unpacked", "0002.png"),
]


def ratio_bomb(size: int = 32 * MIB) -> bytes:
    return submission(p0002=bytes(size))


def lying_bomb(size: int = 32 * MIB) -> bytes:
    """A bomb that claims to have 1,000 bytes, in both of its headers."""
    return kit.patched(ratio_bomb(size), "0002.png", (22, 24, "<L", 1000))


def pixel_bomb(size: int = 32 * MIB) -> bytes:
    """An image of the right size, whose pixels never end."""
    return submission(p0002=png(kit.idat(size)))


def total_bomb() -> bytes:
    """Members that would be 4 GiB each, of which no one alone has a suspicious ratio."""
    data = zipped(*((f"{n}.bin", bytes(4)) for n in range(9)), how=zipfile.ZIP_STORED)
    for n in range(9):
        data = kit.patched(data, f"{n}.bin", (-1, 24, "<L", 0xFFFF_FFF0))
        data = kit.patched(data, f"{n}.bin", (-1, 20, "<L", 0xFFFF_FFF0))
    return data


def overlapping() -> bytes:
    """Entries that all point to one member, as in Fifield, A better zip bomb, WOOT 2019."""
    data = submission()
    return kit.patched(data, "000", (-1, 42, "<L", 0))


def many_members() -> bytes:
    return zipped(*((f"{n}.txt", b"") for n in range(10_001)), how=zipfile.ZIP_STORED)


def wide_directory() -> bytes:
    """A table of contents of 3 MiB for 50 members."""
    padding = struct.pack("<2H", 0xCAFE, 60_000) + bytes(60_000)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for number in range(50):
            made = info(f"{number}.png")
            made.extra = padding
            archive.writestr(made, b"")
    return stream.getvalue()


def endless_directory() -> bytes:
    """An end record that claims a table of contents of 4 GiB."""
    data = submission()
    at = data.rindex(b"PK\5\6")
    return data[: at + 12] + struct.pack("<L", 0xFFFF_FF00) + data[at + 16 :]


def slow_names() -> bytes:
    """Names of 60,000 bytes, whose Unicode normal form takes the square of that."""
    marks = "\u0301" * 15_000 + "\u0316" * 15_000
    return submission(*((info(f"{n}{marks}.png"), b"") for n in range(25)))


BOMBS = [
    Case("bomb: names of many accents", slow_names, "fatal", "over 255 bytes"),
    Case("bomb: ratio", ratio_bomb, "fatal", "zip bomb", "0002.png"),
    Case("bomb: lying header", lying_bomb, "error", "cannot be unpacked", "0002.png"),
    Case("bomb: total", total_bomb, "fatal", "accepted"),
    Case("bomb: overlapping entries", overlapping, "fatal", "shares its bytes"),
    Case("bomb: inside PNG", pixel_bomb, "fatal", "more data than its pixels need", "0002.png"),
    Case("bomb: 10,001 members", many_members, "fatal", "10,000 are accepted"),
    Case("bomb: wide directory", wide_directory, "fatal", "table of contents has more than"),
    Case("bomb: endless directory", endless_directory, "fatal", "cannot be read as a zip"),
    Case(
        "bomb: long member",
        lambda: zipped(*kit.sound(p0001=bytes(range(256)) * 8000).items(), how=zipfile.ZIP_STORED),
        "fatal",
        "is longer than",
        "0001.png",
    ),
]


def _unicode_path() -> bytes:
    made = info("x.png")
    name = b"../../x.png"
    body = b"\1" + struct.pack("<L", zlib.crc32(b"x.png")) + name
    made.extra = struct.pack("<2H", 0x7075, len(body)) + body
    return submission((made, EVIL))


def _two_names() -> bytes:
    return kit.renamed(submission(), b"0002.png", b"evil.png", [b"PK\3\4"])


def _invalid_utf8() -> bytes:
    data = submission((info("\u00e9.png"), EVIL))
    return kit.renamed(data, "\u00e9".encode(), b"\xff\xff", [b"PK\1\2"])


def _wrong_crc() -> bytes:
    return kit.patched(submission(), "0002.png", (14, 16, "<L", 1234))


FILES = [
    Case("file: text", lambda: b"no zip at all " * 50, "fatal", "cannot be read as a zip"),
    Case("file: RAR", lambda: b"Rar!\x1a\7\0" + bytes(99), "fatal", "a RAR archive, not a zip"),
    Case("file: gzip", lambda: gzip.compress(EVIL), "fatal", "a gzip archive, not a zip"),
    Case("file: 0 bytes", lambda: b"", "fatal", "is empty (0 bytes)"),
    Case("file: empty zip", lambda: zipped(), "fatal", "holds no file"),
    Case("file: cut short", lambda: submission()[:-300], "fatal", "cannot be read as a zip"),
    Case("file: tail", lambda: submission() + EVIL * 9, "fatal", "36 bytes after its end"),
    Case("file: head", lambda: b"#!/bin/sh\n" + submission(), "fatal", "begins with 10 bytes"),
    Case("file: end record alone", lambda: b"PK\5\6" + bytes(17), "fatal", "cannot be read"),
    Case("file: name is no UTF-8", _invalid_utf8, "fatal", "cannot be read as a zip"),
    Case("file: two names", _two_names, "error", "cannot be unpacked", "0002.png"),
    Case("file: Unicode path", _unicode_path, "fatal", "has two names", "x.png"),
    Case("file: wrong checksum", _wrong_crc, "error", "Bad CRC-32", "0002.png"),
]


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


def _readme(title: str, content: bytes, says: str) -> Case:
    def build() -> bytes:
        return zipped(*(kit.sound() | {"readme.txt": content}).items(), how=zipfile.ZIP_STORED)

    return Case(f"readme: {title}", build, "fatal", says, "readme.txt")


READMES = [
    _readme("a program", b"\x7fELF" + bytes(200), "is binary"),
    _readme("control characters", b"\x1b]0;owned\x07" * 20, "is binary"),
    _readme("a megabyte", b"a" * MIB, "is longer than"),
]

CASES = [*NAMES, *COLLISIONS, *KINDS, *METHODS, *BOMBS, *FILES, *IMAGES, *READMES]
