"""Images in files: read strictly, written whole or not at all."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeAlias

import numpy as np
from PIL import Image

from restorebench.atomic import replacing
from restorebench.data.formats.colour_profile import other_profile
from restorebench.data.formats.image_file import FORMATS, OpenedImage, Source, decoding, name_of
from restorebench.data.formats.image_kind import kind, unlike_8_bit
from restorebench.data.formats.png_rows import read_by_rows
from restorebench.data.mapped import let_go
from restorebench.errors import ImageError, ImageWarning
from restorebench.types import Pixels

SUFFIXES = (".png", ".jpg", ".jpeg", ".jfif", ".bmp", ".tif", ".tiff", ".webp", ".ppm")
"""How the names of images end, in any case."""

_BAND = 256
"""Rows that are copied at once."""

Allocate: TypeAlias = Callable[[tuple[int, ...]], Pixels]
"""Gives an array of a shape, to be filled."""


def in_memory(shape: tuple[int, ...]) -> Pixels:
    """An array of 8 bit of that shape, to be filled."""
    return np.empty(shape, np.uint8)


def read_image(
    source: Source,
    name: str = "",
    formats: Collection[str] = FORMATS,
    allocate: Allocate = in_memory,
) -> Pixels:
    """An 8-bit RGB image, ``(3, H, W)``, exactly as it is in the file or its content.

    Messages call it `name`, by default its path. `formats` are Pillow's names of those that are
    tried. `allocate` gives the array that it is put into (`large_pixels`: perhaps in a file).
    Nothing is converted, rotated or resized. Raises `ImageError` for whatever is not one
    upright 8-bit sRGB image: absent, empty, damaged, grey, palette, alpha, CMYK, of another bit
    depth or colour profile, animated, to be rotated by its EXIF data, or too large to be meant.
    Warns (`ImageWarning`) where its EXIF data is damaged. Where content is untrusted, check the
    size in its header first.
    """

    def is_usual(png: bytes) -> bool:
        with warnings.catch_warnings(record=True) as found, suppress(ImageError):
            warnings.simplefilter("always")
            with strict(png, name, formats):
                pass
            return not found
        return False

    if (pixels := read_by_rows(source, allocate, is_usual)) is not None:
        return pixels
    with strict(source, name_of(source, name), formats) as image:
        return channels_first(image, allocate)


@contextmanager
def strict(source: Source, name: str, formats: Collection[str] = FORMATS) -> Iterator[Image.Image]:
    """The image of a file that `read_image` would read, to be decoded in the block; as strict."""
    with upright(source, name, "8-bit RGB PNG", formats) as found:
        image = found.image
        if image.mode != "RGB" or "transparency" in image.info:
            msg = (
                f"{name} is {kind(image)} ({image.format}, mode {image.mode}); "
                "convert it to 8-bit RGB"
            )
            raise ImageError(msg)
        if profile := other_profile(image):
            msg = f"{name} has a colour profile that is not sRGB ({profile})"
            raise ImageError(f"{msg}; convert its colours to sRGB")
        yield image


@contextmanager
def upright(
    source: Source, name: str, remedy: str, formats: Collection[str] = FORMATS
) -> Iterator[OpenedImage]:
    """The one upright image of any mode, but 8 bits where it is RGB, that a file holds.

    Raises `ImageError`, which calls it `name`, where there is none, and where the block cannot
    decode it: `remedy` is then what to save it as. Warns where its EXIF data is damaged.
    """
    with decoding(source, name, remedy, formats) as found:
        _check_image(name, found, remedy)
        yield found
    if found.damage:
        msg = f"{name}: its {found.damage}; the pixels are read without it"
        warnings.warn(msg, ImageWarning, stacklevel=6)


def channels_first(image: Image.Image, allocate: Allocate = in_memory) -> Pixels:
    """The values of an 8-bit image of three channels, ``(3, H, W)``, copied band by band.

    An array of the whole image beside Pillow's would cost as much memory again.
    """
    width, height = image.size
    pixels = allocate((3, height, width))
    for top in range(0, height, _BAND):
        band = image.crop((0, top, width, min(top + _BAND, height)))
        pixels[:, top : top + _BAND] = np.asarray(band).transpose(2, 0, 1)
        let_go()
    return pixels


def as_image(pixels: Pixels) -> Image.Image:
    """``(3, H, W)`` as Pillow has it, copied band by band: the inverse of `channels_first`."""
    height, width = pixels.shape[1:]
    image = Image.new("RGB", (width, height))
    for top in range(0, height, _BAND):
        band = pixels[:, top : top + _BAND].transpose(1, 2, 0)
        image.paste(Image.fromarray(np.ascontiguousarray(band)), (0, top))
        let_go()
    return image


def write_image(path: str | Path, pixels: Pixels, parts: Path | None = None) -> None:
    """Write ``(3, H, W)`` 8-bit RGB as PNG, making folders as needed.

    The file appears whole or not at all: it is written beside its place, or in `parts`, and moved
    there. Raises
    `ImageError` for other pixels and for other suffixes than ``.png``.
    """
    path = Path(path)
    if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[0] != 3 or 0 in pixels.shape:
        msg = f"cannot write {path}: {pixels.dtype} of shape {pixels.shape} is not uint8 (3, H, W)"
        raise ImageError(msg)
    if path.suffix.lower() != ".png":
        msg = f"cannot write {path}: images are written losslessly, so its name must end in .png"
        raise ImageError(msg)
    with replacing(path, parts) as part:
        as_image(pixels).save(part, "PNG")


def _check_image(name: str, found: OpenedImage, remedy: str) -> None:
    image = found.image
    frames = getattr(image, "n_frames", 1)
    if frames > 1:
        msg = f"{name} holds {frames} frames or pages; save the one that is meant as a file"
        raise ImageError(msg)
    if other := unlike_8_bit(image, found.depth):
        msg = f"{name} has {other} ({image.format}); convert it to {remedy}"
        raise ImageError(msg)
    if found.orientation != 1:
        msg = f"{name} has EXIF orientation {found.orientation}, which some programs ignore"
        raise ImageError(f"{msg}; save it upright, without that tag")
