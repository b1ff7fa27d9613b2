"""Uploads that would take all memory, disk or time."""

from __future__ import annotations

import io
import struct
import zipfile

import upload_kit as kit
from upload_kit import info, png, submission, zipped

from upload_corpus.case import MIB, Case


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
