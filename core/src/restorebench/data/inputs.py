"""Images to be restored: converted where what they mean is clear, refused where it is not."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from restorebench.data.colour import as_float
from restorebench.data.formats.colour_pfm import read_colour_pfm
from restorebench.data.formats.colour_profile import in_srgb, other_profile
from restorebench.data.formats.deep_values import (
    REMEDY,
    check_opaque,
    check_profile,
    deep_values,
    is_deep,
    wide_values,
)
from restorebench.data.formats.image_file import OpenedImage, Source, decoding, name_of
from restorebench.data.formats.image_kind import kind, unlike_rgb
from restorebench.data.formats.png_rows import read_by_rows
from restorebench.data.formats.wide_tiff import read_wide_tiff
from restorebench.data.images import SUFFIXES, Allocate, channels_first, in_memory
from restorebench.errors import ImageError
from restorebench.types import Array, Pixels

AnyPixels: TypeAlias = Pixels | Array
"""Values of 8 bit, or float32 in [0, 1]."""

INPUT_SUFFIXES = (*SUFFIXES, ".pgm", ".pbm", ".pnm", ".pfm")
"""How the names of images end that can be restored, in any case; scored are those of `SUFFIXES`."""

_PLAIN = {
    **dict.fromkeys(("1", "L", "LA"), "L"),
    **dict.fromkeys(("P", "RGB", "RGBA"), "RGB"),
    "CMYK": "CMYK",
}
"""Pillow's modes that have one meaning, and what each is without palette and alpha."""

_TURNS: dict[int, Callable[[NDArray[Any]], NDArray[Any]]] = {
    2: lambda v: v[:, ::-1],
    3: lambda v: v[::-1, ::-1],
    4: lambda v: v[::-1],
    5: lambda v: v.swapaxes(0, 1),
    6: lambda v: v.swapaxes(0, 1)[:, ::-1],
    7: lambda v: v[::-1, ::-1].swapaxes(0, 1),
    8: lambda v: v.swapaxes(0, 1)[::-1],
}
"""What makes ``(H, W, C)`` upright, by EXIF's orientation (Exif 2.32, 4.6.4)."""


class InputImage(NamedTuple):
    """An image ``(3, H, W)``: 8 bit, or float32 in [0, 1] where its file holds more.

    `notes` say in words what was converted; none of an 8-bit sRGB image that stands upright.
    """

    pixels: AnyPixels
    notes: tuple[str, ...] = ()

    def as_float(self) -> Array:
        """Its values as float32 in [0, 1]."""
        is_8_bit = self.pixels.dtype == np.uint8
        return as_float(self.pixels) if is_8_bit else self.pixels.astype(np.float32, copy=False)


def read_input(source: Source, name: str = "", allocate: Allocate = in_memory) -> InputImage:
    """The image of a file or its content, as sRGB; of 8 bit in an array of `allocate`.

    Converted, with a note: 16 bits and floating point in [0, 1] to float32; grey and palettes to
    RGB; colours with another profile to sRGB, CMYK too; alpha that is opaque is dropped; images
    are turned as their EXIF data says; of a multi-picture JPEG (MPO) the first is taken. For
    scoring there is `restorebench.data.images.read_image`, which converts nothing. Raises
    `ImageError`, which names the file, where the meaning is not clear: transparency, CMYK without
    a profile, levels of an unknown white, several frames, damaged pixels.
    """
    name = name_of(source, name)
    if (pixels := read_by_rows(source, allocate, _needs_no_change)) is not None:
        return InputImage(pixels)
    return _read_whole(source, name, allocate)


def _needs_no_change(png: bytes) -> bool:
    with suppress(ImageError):
        return not _read_whole(png, "", in_memory).notes
    return False


def _read_whole(source: Source, name: str, allocate: Allocate) -> InputImage:
    if (wide := read_wide_tiff(source, name) or read_colour_pfm(source, name)) is not None:
        notes: list[str] = []
        values = wide_values(name, wide, notes)
        return InputImage(_upright(values, wide.orientation, False, notes), tuple(notes))
    with decoding(source, name, REMEDY) as found:
        notes = _frames(name, found)
        if other := unlike_rgb(found.image):
            msg = f"{name} has {other}; convert it to {REMEDY}"
            raise ImageError(msg)
        deep = is_deep(found)
        pixels = (
            deep_values(name, source, found, notes) if deep else _rgb(name, found, notes, allocate)
        )
        is_turned = found.image.format == "TIFF"
        upright = _upright(pixels, found.orientation, is_turned, notes)
        return InputImage(upright, tuple(notes))


def _frames(name: str, found: OpenedImage) -> list[str]:
    """Notes of what of the file is read."""
    frames, notes = getattr(found.image, "n_frames", 1), []
    if found.image.format == "MPO":
        notes.append(f"the first of its {frames} images is taken")
    elif frames > 1:
        msg = f"{name} holds {frames} frames or pages; save the one that is meant as a file"
        raise ImageError(msg)
    if found.damage:
        notes.append(f"its {found.damage} and was ignored")
    return notes


def _rgb(name: str, found: OpenedImage, notes: list[str], allocate: Allocate) -> Pixels:
    """An image of at most 8 bits, as sRGB."""
    image = found.image
    if image.mode == "RGB" and found.depth.bits < 8:
        notes.append(f"it has {found.depth.bits} bits per channel")
    if image.mode != "RGB":
        notes.append(f"it is {kind(image)}, converted to RGB")
    if image.has_transparency_data:
        with_alpha = image.convert("RGBA")
        check_opaque(name, np.asarray(with_alpha.getchannel("A")), 255, notes)
        image = with_alpha if image.mode == "P" else image
    image = _of_one_meaning(name, image)
    if profile := other_profile(image):
        check_profile(name, profile if profile == "damaged" else "")
        notes.append(f"its colours are converted from {profile!r} to sRGB")
        image = in_srgb(image)
    return channels_first(_converted(image, "RGB"), allocate)


def _of_one_meaning(name: str, image: Image.Image) -> Image.Image:
    """The image as grey or RGB, or as CMYK if a profile says what that is."""
    if image.mode == "CMYK" and not other_profile(image):
        msg = f"{name} is CMYK without a colour profile, so that its colours are not known"
        raise ImageError(f"{msg}; convert it to {REMEDY}")
    if (mode := _PLAIN.get(image.mode)) is None:
        msg = f"{name} is {kind(image)} ({image.format}); convert it to {REMEDY}"
        raise ImageError(msg)
    return _converted(image, mode)


def _converted(image: Image.Image, mode: str) -> Image.Image:
    """The image itself where it is of that mode, of which Pillow would make a copy."""
    return image if image.mode == mode else image.convert(mode)


def _upright(pixels: AnyPixels, orientation: int, is_done: bool, notes: list[str]) -> AnyPixels:
    """`is_done`: Pillow has turned it, as it does with TIFF, which has the tag as its own."""
    if orientation not in _TURNS:
        return pixels
    notes.append(f"it is turned upright, as its EXIF orientation {orientation} says")
    if is_done:
        return pixels
    turned = _TURNS[orientation](pixels.transpose(1, 2, 0))
    return np.ascontiguousarray(turned.transpose(2, 0, 1))
