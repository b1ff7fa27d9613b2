"""TIFF files that Pillow cannot read whole: floating point, and planes of more than 8 bits."""

from __future__ import annotations

import logging
from io import BytesIO
from pathlib import Path
from typing import Any

from restorebench.data.formats.image_file import Source
from restorebench.data.formats.wide_image import WideImage, check_size
from restorebench.errors import ImageError

_MAGIC = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_ORIENTATION, _PROFILE = 274, 34675
_CHANNELS = {1, 2}
"""TIFF's PhotometricInterpretation of what is read here: grey where 0 is black, and RGB."""

_PLANES = 2
"""TIFF's PlanarConfiguration of channels that are stored one after the other."""

# What tifffile finds wrong becomes an error here, or does not matter: nothing goes to stderr.
logging.getLogger("tifffile").addHandler(logging.NullHandler())


def read_wide_tiff(source: Source, name: str) -> WideImage | None:
    """A TIFF of floats, or of planes of more than 8 bits; None for every other file.

    Raises `ImageError`, which calls it `name`, where it holds several pages or other channels, or
    is compressed by what cannot be decoded here.
    """
    if not _head(source).startswith(_MAGIC):
        return None
    import tifffile

    file = BytesIO(source) if isinstance(source, bytes) else str(source)
    try:
        with tifffile.TiffFile(file) as tiff:
            page = tiff.pages.first
            return _read(page, len(tiff.pages), name) if _is_wide(page) else None
    except (ImageError, MemoryError):
        raise
    except Exception as error:  # damaged files raise a dozen types
        msg = f"{name} cannot be read as TIFF ({type(error).__name__}: {error})"
        raise ImageError(f"{msg}; save it uncompressed, or as 16-bit PNG") from error


def _is_wide(page: Any) -> bool:
    if page.dtype is None:
        return False
    is_planar = page.planarconfig == _PLANES and page.samplesperpixel > 1
    return bool(page.dtype.kind == "f" or (is_planar and page.dtype.itemsize > 1))


def _read(page: Any, pages: int, name: str) -> WideImage:
    if pages > 1:
        msg = f"{name} holds {pages} pages; save the one that is meant as a file"
        raise ImageError(msg)
    if page.photometric not in _CHANNELS or page.samplesperpixel not in {1, 3}:
        msg = f"{name} is a TIFF of {page.samplesperpixel} channels ({page.photometric.name})"
        raise ImageError(f"{msg}; save it as RGB or grey")
    check_size(name, page.imagewidth, page.imagelength)
    values = page.asarray().reshape(page.shape if page.ndim == 3 else (1, *page.shape))
    if page.planarconfig == _PLANES or page.ndim == 2:
        values = values.transpose(1, 2, 0)
    orientation, profile = (page.tags.get(code) for code in (_ORIENTATION, _PROFILE))
    upright, no_profile = 1, b""
    return WideImage(
        values,
        int(orientation.value) if orientation else upright,
        bytes(profile.value) if profile else no_profile,
    )


def _head(source: Source) -> bytes:
    if isinstance(source, bytes):
        return source[:4]
    path = Path(source)
    if not path.is_file():
        return b""
    with path.open("rb") as file:
        return file.read(4)
