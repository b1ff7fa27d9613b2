"""Uploads built in code: sound ones, and the tools to spoil them."""

from __future__ import annotations

import io
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterable

import numpy as np
from PIL import Image

from restorebench.submission.reference.base import Expected

HEIGHT, WIDTH = 32, 40
EXPECTED = tuple(Expected(f"{n:04d}.png", f"{n:04d}", HEIGHT, WIDTH) for n in range(1, 4))
README = (
    b"runtime per image [s] : 1.69\nCPU[1] / GPU[0] : 0\n"
    b"Extra Data [1] / No Extra Data [0] : 0\nOther description : a network, on one RTX 3090\n"
)


def pixels(seed: int = 0, height: int = HEIGHT, width: int = WIDTH) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)


def saved(pixels_or_image: np.ndarray | Image.Image, kind: str = "PNG", **options) -> bytes:
    image = (
        pixels_or_image
        if isinstance(pixels_or_image, Image.Image)
        else Image.fromarray(pixels_or_image)
    )
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def sound(**changes: bytes | None) -> dict[str, bytes]:
    """The files of a sound submission; ``p0001=…`` replaces an image, None takes it out."""
    files = {pixels_or_image.name: saved(pixels(at)) for at, pixels_or_image in enumerate(EXPECTED)}
    files["readme.txt"] = README
    for name, content in changes.items():
        key = f"{name[1:]}.png"
        files = {k: v for k, v in files.items() if k != key}
        files |= {} if content is None else {key: content}
    return files


def info(name: str, mode: int = 0o100644) -> zipfile.ZipInfo:
    """A member's header with that very name, whatever it holds."""
    made = zipfile.ZipInfo("x")
    made.filename, made.external_attr, made.create_system = name, mode << 16, 3
    return made


def zipped(*members: tuple[str | zipfile.ZipInfo, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(stream, "w", how) as archive:
        warnings.simplefilter("ignore")  # of duplicate names, which are meant
        for name, content in members:
            archive.writestr(name, content, None if isinstance(name, str) else how)
    return stream.getvalue()


def submission(*more: tuple[str | zipfile.ZipInfo, bytes], **changes: bytes | None) -> bytes:
    """A sound submission with changes and more members."""
    return zipped(*sound(**changes).items(), *more)


def patched(data: bytes, name: str, *fields: tuple[int, int, str, int]) -> bytes:
    """`data` with a member's fields overwritten: (offset in local header, in central, type, value).

    An offset below zero leaves that header as it is.
    """
    raw, expected = bytearray(data), name.encode()
    for signature, length, which in ((b"PK\3\4", 30, 0), (b"PK\1\2", 46, 1)):
        at = -1
        while (at := raw.find(signature, at + 1)) >= 0:
            if raw[at + length : at + length + len(expected)] == expected:
                for field in fields:
                    if field[which] >= 0:
                        struct.pack_into(field[2], raw, at + field[which], field[3])
    return bytes(raw)


def renamed(data: bytes, old: bytes, new: bytes, headers: Iterable[bytes]) -> bytes:
    """`data` with a member's name overwritten, of the same length, in some of its headers."""
    for signature, length in ((b"PK\3\4", 30), (b"PK\1\2", 46)):
        if signature in headers:
            at = next(
                at
                for at in range(len(data))
                if data[at : at + 4] == signature and data[at + length :].startswith(old)
            )
            data = data[: at + length] + new + data[at + length + len(new) :]
    return data


def chunk(kind: bytes, content: bytes) -> bytes:
    return (
        struct.pack(">I", len(content))
        + kind
        + content
        + struct.pack(">I", zlib.crc32(kind + content))
    )


def header(height: int = HEIGHT, width: int = WIDTH, depth: int = 8, colour: int = 2) -> bytes:
    return chunk(b"IHDR", struct.pack(">2I5B", width, height, depth, colour, 0, 0, 0))


def png(*chunks: bytes, start: bytes = b"", **facts: int) -> bytes:
    """A PNG of those chunks, between a header and an end."""
    return (
        b"\x89PNG\r\n\x1a\n" + (start or header(**facts)) + b"".join(chunks) + chunk(b"IEND", b"")
    )


def idat(size: int) -> bytes:
    """That many zero bytes, deflated."""
    return chunk(b"IDAT", zlib.compress(bytes(size)))


def pixels_raw() -> bytes:
    """The rows of an expected image, as a PNG deflates them: each after its filter byte."""
    return b"".join(b"\0" + row.tobytes() for row in pixels())


WHOLE = HEIGHT * (1 + 3 * WIDTH)
"""The inflated bytes of an expected image."""


def with_chunk(extra: bytes) -> bytes:
    """A sound PNG with one more chunk after its header."""
    data = saved(pixels())
    return data[:33] + extra + data[33:]
