"""PNG by rows: the values that Pillow reads, of plain files; all others are left to Pillow.

The limit is lowered, so that small images are large ones.
"""

from __future__ import annotations

import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from restorebench.data import mapped
from restorebench.data.formats.png_rows import read_by_rows
from restorebench.data.images import in_memory, read_image
from restorebench.data.inputs import read_input
from restorebench.errors import ImageError

WIDTH, HEIGHT = 13, 150


@pytest.fixture(autouse=True)
def is_large(monkeypatch):
    monkeypatch.setattr(mapped, "LARGE", 0)


def chunk(kind: bytes, data: bytes) -> bytes:
    check = zlib.crc32(kind + data)
    return struct.pack(">I4s", len(data), kind) + data + struct.pack(">I", check)


def png(rows: bytes, *extra: bytes, width=WIDTH, height=HEIGHT, kind=b"\x08\x02\0\0\0") -> bytes:
    """A PNG of packed rows in two chunks; `extra` stands behind the pixels."""
    half = len(rows) // 2
    head = chunk(b"IHDR", struct.pack(">II", width, height) + kind)
    pixels = chunk(b"IDAT", rows[:half]) + chunk(b"IDAT", rows[half:])
    return b"\x89PNG\r\n\x1a\n" + head + pixels + b"".join(extra) + chunk(b"IEND", b"")


def filtered(width: int, height: int) -> bytes:
    """Random bytes, each row under a random one of the five filters: any bytes are an image."""
    random = np.random.default_rng(width * height)
    rows = random.integers(0, 256, (height, 1 + 3 * width), np.uint8)
    rows[:, 0] = random.integers(0, 5, height)
    return rows.tobytes()


def by_rows(data: bytes):
    return read_by_rows(data, in_memory, lambda _: True)


def as_pillow_reads(path) -> np.ndarray:
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB")).transpose(2, 0, 1)


@pytest.mark.parametrize("size", [(1, 1), (7, 63), (1, 64), (31, 65), (500, 129)], ids=str)
def test_every_filter_is_undone_as_pillow_does(size, tmp_path):
    width, height = size
    data = png(zlib.compress(filtered(*size)), width=width, height=height)
    (tmp_path / "a.png").write_bytes(data)
    expected = as_pillow_reads(tmp_path / "a.png")
    np.testing.assert_array_equal(by_rows(data), expected)
    np.testing.assert_array_equal(read_image(tmp_path / "a.png"), expected)
    np.testing.assert_array_equal(read_input(data).pixels, expected)


ROWS = filtered(WIDTH, HEIGHT)
PACKED = zlib.compress(ROWS)


@pytest.mark.parametrize(
    "data",
    [
        png(PACKED)[:-30],
        png(PACKED[:-1]),
        png(PACKED[:-1] + bytes([PACKED[-1] ^ 1])),
        png(PACKED[:40] + bytes([PACKED[40] ^ 1]) + PACKED[41:]),
        png(PACKED + b"more"),
        png(zlib.compress(ROWS + ROWS[: 1 + 3 * WIDTH])),
        png(zlib.compress(ROWS[:-1])),
        png(zlib.compress(b"\x07" + ROWS[1:])),
        png(PACKED).replace(b"IEND", b"IDAT"),
        png(PACKED, kind=b"\x08\x02\0\0\x01"),
        png(PACKED, kind=b"\x08\x06\0\0\0"),
        png(PACKED, kind=b"\x10\x02\0\0\0"),
        png(PACKED, chunk(b"tEXt", b"a\0b")[:-1] + b"?"),
        png(PACKED, chunk(b"tEXt", b"a\0b"), chunk(b"IDAT", b"")),
        png(PACKED, chunk(b"tRNS", bytes(6))),
        png(PACKED, width=0),
        b"\xff\xd8\xff",
        b"",
    ],
    ids=[
        "cut off",
        "without its last byte",
        "wrong sum of values",
        "damaged",
        "more than pixels",
        "a row too many",
        "a value too few",
        "an unknown filter",
        "without an end",
        "interlaced",
        "with alpha",
        "16 bit",
        "damaged text",
        "pixels after pixels",
        "a transparent colour",
        "no pixel",
        "JPEG",
        "empty",
    ],
)
def test_whatever_is_odd_is_left_to_pillow(data):
    assert by_rows(data) is None


def test_what_a_file_says_after_its_pixels_counts(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6
    data = png(PACKED, chunk(b"eXIf", exif.tobytes()[6:]))
    with pytest.raises(ImageError, match=r"a\.png has EXIF orientation 6"):
        read_image(data, "a.png")
    turned = read_input(data)
    assert turned.pixels.shape == (3, WIDTH, HEIGHT)
    assert turned.notes == ("it is turned upright, as its EXIF orientation 6 says",)


def test_the_one_pixel_says_all_else_as_the_file_does():
    seen = []
    text, time = chunk(b"tEXt", b"a\0b"), chunk(b"tIME", bytes([7, 200, 1, 1, 1, 1, 1]))
    read_by_rows(png(PACKED, text, time), in_memory, lambda png: not seen.append(png))
    before, after = seen
    assert text not in before
    assert text + time in after
    for data in seen:
        assert read_image(data, "one").shape == (3, 1, 1)
