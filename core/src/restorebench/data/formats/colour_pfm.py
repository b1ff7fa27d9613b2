"""Portable float maps of three channels, which Pillow does not read; it reads those of one."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, NamedTuple

import numpy as np

from restorebench.data.formats.image_file import Source
from restorebench.data.formats.wide_image import WideImage, check_size
from restorebench.errors import ImageError

_LONGEST = 200
"""Bytes of a header, more than any has."""

_HEADER = re.compile(rb"PF\s+(\d{1,9})\s+(\d{1,9})\s+([+-]?[\d.]+(?:[eE][+-]?\d+)?)\s")
"""Width, height, and a number whose sign is the order of bytes (Debevec's PFM format)."""


class _Header(NamedTuple):
    height: int
    width: int
    kind: str
    length: int


def read_colour_pfm(source: Source, name: str) -> WideImage | None:
    """The floats of a PFM of colours; None for every other file.

    Raises `ImageError`, which calls it `name`, where it ends too early, has no pixels or too many.
    """
    with _opened(source) as file:
        if (header := _header(file)) is None:
            return None
        check_size(name, header.width, header.height)
        file.seek(header.length)
        size = header.width * header.height * 12
        if len(data := file.read(size)) < size:
            msg = f"{name} ends after {len(data)} of {size} bytes of samples; copy it again"
            raise ImageError(msg)
    upwards = np.frombuffer(data, header.kind).reshape(header.height, header.width, 3)
    return WideImage(upwards[::-1].astype(np.float32))


def colour_pfm_size(path: Path) -> tuple[int, int] | None:
    """Height and width as its header says; None for every other file."""
    with path.open("rb") as file:
        header = _header(file)
    return None if header is None else (header.height, header.width)


def _opened(source: Source) -> BinaryIO:
    if isinstance(source, bytes):
        return BytesIO(source)
    path = Path(source)
    return path.open("rb") if path.is_file() else BytesIO()


def _header(file: BinaryIO) -> _Header | None:
    found = _HEADER.match(file.read(_LONGEST))
    if found is None:
        return None
    kind = "<f4" if found[3].startswith(b"-") else ">f4"
    return _Header(int(found[2]), int(found[1]), kind, found.end())
