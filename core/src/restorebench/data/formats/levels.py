"""The levels of an image as its file has them, at whatever depth; Pillow alone drops bits."""

from __future__ import annotations

import re
import sys
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, TiffImagePlugin

from restorebench.data.formats.image_file import OpenedImage, Source
from restorebench.data.formats.image_kind import kind
from restorebench.errors import ImageError

_LOWER_BYTE = {"16B": "16L", "16L": "16B", "16N": "16B" if sys.byteorder == "little" else "16L"}
"""Of each order of bytes, the one under which Pillow keeps the byte that it else drops."""

_WHITE_IS_ZERO = 0
"""TIFF's PhotometricInterpretation."""


class Levels(NamedTuple):
    """``(H, W)`` or ``(H, W, C)`` whole numbers, and the one that is white; black is 0."""

    values: NDArray[Any]
    white: int

    @property
    def top(self) -> int:
        """The largest."""
        return int(self.values.max())


def levels(found: OpenedImage, source: Source) -> Levels:
    """Those of an image of mode 1, L, I, RGB or RGBA; of TIFF, they stand upright.

    Raises `ImageError` for modes and layouts of which Pillow loses bits or signs.
    """
    image, (bits, white) = found.image, found.depth
    if image.format == "PPM" and (tile := _tiles(image)[0]).codec_name in _PORTABLE:
        return Levels(_PORTABLE[tile.codec_name](image, tile), white)
    if image.mode in {"RGB", "RGBA"} and bits > 8:
        return Levels(_both_bytes(image, source), white)
    if image.mode in {"1", "L", "RGB", "RGBA"}:
        return Levels(np.asarray(image), 1 if image.mode == "1" else 255)
    if image.mode[:4] != "I;16" and not (image.mode == "I" and image.format in {"PNG", "PPM"}):
        msg = f"it is {kind(image)} ({image.format}, mode {image.mode})"
        raise ImageError(msg)
    inverted = _is_inverted(image)
    values = np.asarray(image)
    return Levels(white - values if inverted else values, white)


def _tiles(image: Image.Image) -> list[Any]:
    """How Pillow decodes it."""
    return list(getattr(image, "tile", ()))


def _binary(image: Image.Image, tile: Any) -> NDArray[Any]:
    """The samples of a binary PPM or PGM, which Pillow would scale to 8 or 16 bits."""
    kind = np.dtype(">u2" if tile.args[1] > 255 else "u1")
    shape = _shape(image)
    size = int(np.prod(shape)) * kind.itemsize
    data = _samples(image, tile).read(size)
    if len(data) < size:
        msg = f"the file ends after {len(data)} of {size} bytes of samples"
        raise OSError(msg)
    values = np.frombuffer(data, kind).reshape(shape)
    if (top := int(values.max())) > tile.args[1]:
        msg = f"it has a level of {top}, above its white of {tile.args[1]}"
        raise ImageError(msg)
    return values


def _plain(image: Image.Image, tile: Any) -> NDArray[Any]:
    """The samples of a PPM or PGM in decimal digits, which Pillow would scale as well."""
    words = re.sub(rb"#[^\r\n]*", b" ", _samples(image, tile).read()).split()
    shape = _shape(image)
    if len(words) < (count := int(np.prod(shape))):
        msg = f"the file ends after {len(words)} of {count} samples"
        raise OSError(msg)
    values = np.array(words[:count]).astype(np.int64)
    if not 0 <= values.min() <= values.max() <= tile.args[1]:
        msg = f"it has levels from {values.min()} to {values.max()}, where white is {tile.args[1]}"
        raise ImageError(msg)
    return values.reshape(shape)


_PORTABLE = {"ppm": _binary, "ppm_plain": _plain}
"""Pillow's names of decoders, and what is read in their place."""


def _samples(image: Image.Image, tile: Any) -> BinaryIO:
    file: BinaryIO = getattr(image, "fp")  # noqa: B009
    file.seek(tile.offset)
    return file


def _shape(image: Image.Image) -> tuple[int, ...]:
    return (image.height, image.width, 3) if image.mode == "RGB" else (image.height, image.width)


def _both_bytes(image: Image.Image, source: Source) -> NDArray[np.uint16]:
    """16-bit RGB: Pillow keeps the higher byte, so that a second decoding can keep the lower."""
    file = BytesIO(source) if isinstance(source, bytes) else Path(source)
    with Image.open(file, formats=(str(image.format),)) as again:
        tiles = [_of_lower_bytes(tile) for tile in _tiles(again)]
        setattr(again, "tile", tiles)  # noqa: B010 - unknown to the types of Pillow
        values: NDArray[np.uint16] = np.asarray(again).astype(np.uint16)
    values += np.asarray(image).astype(np.uint16) << 8
    return values


def _of_lower_bytes(tile: Any) -> Any:
    is_tuple = isinstance(tile.args, tuple)
    raw = tile.args[0] if is_tuple else tile.args
    channels, _, order = raw.partition(";")
    if order not in _LOWER_BYTE or channels == "LA":  # of which Pillow knows one byte alone
        msg = f"it is stored as {raw}"
        raise ImageError(msg)
    other = f"{channels};{_LOWER_BYTE[order]}"
    return tile._replace(args=(other, *tile.args[1:]) if is_tuple else other)


def _is_inverted(image: Image.Image) -> bool:
    """Whether 0 is white, as TIFF allows; Pillow knows it of 8 bits alone."""
    if not isinstance(image, TiffImagePlugin.TiffImageFile):
        return False
    return image.tag_v2.get(TiffImagePlugin.PHOTOMETRIC_INTERPRETATION) == _WHITE_IS_ZERO
