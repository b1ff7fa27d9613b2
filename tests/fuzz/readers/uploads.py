"""What teams upload: PNG files, zip files, readmes."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from PIL import Image

from readers.images import SIZE, image, pixels
from readers.reader import Reader, of_file
from restorebench.data.images import read_image
from restorebench.submission.archive.limits import Limits
from restorebench.submission.archive.png import SIGNATURE, check_png, pixels_only
from restorebench.submission.archive.zip_upload import open_zip
from restorebench.submission.check import check
from restorebench.submission.readme import parse_readme
from restorebench.submission.reference.base import Expected


def chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The chunks of a PNG file, as far as their lengths make sense."""
    at = len(SIGNATURE)
    while at + 12 <= len(data):
        (length,) = struct.unpack_from(">I", data, at)
        yield data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        at += 12 + length


def with_checksums(data: bytes) -> bytes:
    """A PNG file whose chunks have the checksums that belong to them."""
    parts = [data[: len(SIGNATURE)]]
    for kind, content in chunks(data):
        parts += [struct.pack(">I", len(content)), kind, content]
        parts.append(struct.pack(">I", zlib.crc32(kind + content)))
    return b"".join(parts)


def check_upload(data: bytes) -> None:
    """What is scored of an upload has passed this check, and is then decoded."""
    data = with_checksums(data)
    check_png(data, *SIZE, Limits())
    read_image(pixels_only(data, Limits()), "0001.png", ("PNG",))


def png_parts() -> list[bytes]:
    whole = image()
    twice = whole[:33] + whole[8:33] + whole[33:]
    interlaced = Image.fromarray(pixels())
    stream = io.BytesIO()
    interlaced.save(stream, "PNG", compress_level=0)
    return [whole, twice, stream.getvalue(), *(image(mode) for mode in ("L", "RGBA"))]


EXPECTED = tuple(Expected(f"{n:04}.png", f"{n:04}", *SIZE) for n in (1, 2))
README = (
    b"runtime per image [s] : 10.43\nCPU[1] / GPU[0] : 0\nExtra Data [1] / No Extra Data [0] : 1\n"
    b"Other description : a network\n"
)


def uploads() -> list[bytes]:
    streams = []
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", method) as archive:
            for expected in EXPECTED:
                archive.writestr(expected.name, image())
            archive.writestr("readme.txt", README)
            archive.writestr("sub/é.png", b"x")
        streams.append(stream.getvalue())
    return streams


def check_zip(path: Path) -> None:
    with open_zip(path, Limits()) as upload:
        check("team", upload, EXPECTED, Limits()).text()


READERS = (
    Reader("png", png_parts, check_upload),
    Reader("zip", uploads, of_file("team.zip", check_zip)),
    Reader("readme", lambda: [README, README.replace(b"\n", b"\r\n")], parse_readme),
)
