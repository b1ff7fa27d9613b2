"""Images to be restored: converted where what they mean is clear, refused where it is not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from restorebench.data.colour_profile import in_srgb, other_profile, profile_unlike_srgb
from restorebench.data.image_file import OpenedImage, Source, decoding, name_of
from restorebench.data.image_kind import MODES, kind, unlike_rgb
from restorebench.data.images import channels_first
from restorebench.data.levels import Levels, levels
from restorebench.data.wide_tiff import WideTiff, read_wide_tiff
from restorebench.errors import ImageError
from restorebench.types import Array, Pixels

AnyPixels: TypeAlias = Pixels | Array
"""Values of 8 bit, or float32 in [0, 1]."""

REMEDY = "8-bit RGB PNG"

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
        white = 255 if self.pixels.dtype == np.uint8 else 1
        return self.pixels.astype(np.float32) / np.float32(white)


def read_input(source: Source, name: str = "") -> InputImage:
    """The image of a file or its content, as sRGB.

    Converted, with a note: 16 bits and floating point in [0, 1] to float32; grey and palettes to
    RGB; colours with another profile to sRGB, CMYK too; alpha that is opaque is dropped; images
    are turned as their EXIF data says; of a multi-picture JPEG (MPO) the first is taken. For
    scoring there is `restorebench.data.images.read_image`, which converts nothing. Raises
    `ImageError`, which names the file, where the meaning is not clear: transparency, CMYK without
    a profile, levels of an unknown white, several frames, damaged pixels.
    """
    name = name_of(source, name)
    if (wide := read_wide_tiff(source, name)) is not None:
        return _wide(name, wide)
    with decoding(source, name, REMEDY) as found:
        notes = _frames(name, found)
        if other := unlike_rgb(found.image):
            msg = f"{name} has {other}; convert it to {REMEDY}"
            raise ImageError(msg)
        read = _deep if _is_deep(found) else _eight_bits
        pixels = read(name, source, found, notes)
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
        notes.append(f"its EXIF data is damaged ({found.damage}) and was ignored")
    return notes


def _is_deep(found: OpenedImage) -> bool:
    bits, white = found.depth
    return found.image.mode[0] in "IF" or bits > 8 or white != 2**bits - 1


def _eight_bits(name: str, source: Source, found: OpenedImage, notes: list[str]) -> Pixels:
    image = found.image
    if image.mode == "RGB" and found.depth.bits < 8:
        notes.append(f"it has {found.depth.bits} bits per channel")
    if image.has_transparency_data:
        _check_opaque(name, np.asarray(image.convert("RGBA").getchannel("A")), 255, notes)
    if image.mode != "RGB":
        notes.append(f"it is {kind(image)}, converted to RGB")
    if image.mode not in {"CMYK", "L"}:
        image = _known_rgb(name, image)
    profile = other_profile(image)
    _check_profile(name, profile if profile == "damaged" else "")
    if image.mode == "CMYK" and not profile:
        msg = f"{name} is CMYK without a colour profile, so that its colours are not known"
        raise ImageError(f"{msg}; convert it to {REMEDY}")
    if profile:
        notes.append(f"its colours are converted from {profile!r} to sRGB")
        image = in_srgb(image)
    return channels_first(image.convert("RGB"))


def _known_rgb(name: str, image: Image.Image) -> Image.Image:
    """An image of a mode that has one meaning, as grey or RGB, without its alpha."""
    if image.mode in {"YCbCr", "LAB", "HSV"} or image.mode not in MODES:
        msg = f"{name} is {kind(image)} ({image.format}); convert it to {REMEDY}"
        raise ImageError(msg)
    return image.convert("L" if image.mode in {"1", "LA", "La"} else "RGB")


def _deep(name: str, source: Source, found: OpenedImage, notes: list[str]) -> Array:
    """The values of more than 8 bits in [0, 1]."""
    image = found.image
    _check_profile(name, other_profile(image))
    if image.mode == "F":
        return _of_floats(name, np.asarray(image), notes)
    if image.mode == "LA":
        msg = f"{name} is 16-bit {kind(image)}; convert it to 16-bit RGB PNG"
        raise ImageError(msg)
    try:
        read = levels(found, source)
    except ImageError as error:
        msg = f"{name} cannot be converted: {error}; save it as {REMEDY} or 16-bit RGB PNG"
        raise ImageError(msg) from error
    return _of_levels(name, read, notes)


def _wide(name: str, wide: WideTiff) -> InputImage:
    notes: list[str] = []
    mode = "RGB" if wide.values.shape[2] == 3 else "L"
    _check_profile(name, profile_unlike_srgb(wide.profile, mode) if wide.profile else "")
    if wide.values.dtype.kind == "f":
        pixels = _of_floats(name, wide.values, notes)
    else:
        top = int(np.iinfo(wide.values.dtype).max)
        pixels = _of_levels(name, Levels(wide.values, top), notes)
    return InputImage(_upright(pixels, wide.orientation, False, notes), tuple(notes))


def _of_levels(name: str, found: Levels, notes: list[str]) -> Array:
    if found.white > 255 and 0 < found.top <= found.white >> 4:
        msg = f"{name} has no level above {found.top}, where white is {found.white}"
        raise ImageError(f"{msg}: levels of fewer bits must be scaled to the whole range")
    values = found.values
    if values.ndim == 3 and values.shape[2] == 4:
        _check_opaque(name, values[..., 3], found.white, notes)
        values = values[..., :3]
    grey = values.ndim == 2 or values.shape[2] == 1
    notes.append(f"it is {'grey, ' * grey}of levels up to {found.white}, kept as float32")
    return _rgb(values.astype(np.float32) / np.float32(found.white))


def _of_floats(name: str, values: NDArray[Any], notes: list[str]) -> Array:
    low, high = float(values.min()), float(values.max())
    if not (low >= 0.0 and high <= 1.0):  # NaN fails this too
        msg = f"{name} holds floats in [{low:g}, {high:g}], whose white is not known"
        raise ImageError(f"{msg}; scale them to [0, 1], or save it as {REMEDY}")
    notes.append("it is floating point, whose values in [0, 1] are taken as sRGB")
    return _rgb(values.astype(np.float32))


def _rgb(values: Array) -> Array:
    """``(H, W)`` or ``(H, W, 1 or 3)`` as ``(3, H, W)``."""
    values = values if values.ndim == 3 else values[..., None]
    shape = (*values.shape[:2], 3)
    return np.ascontiguousarray(np.broadcast_to(values, shape).transpose(2, 0, 1))


def _check_opaque(name: str, alpha: NDArray[Any], white: int, notes: list[str]) -> None:
    if (alpha < white).any():
        msg = f"{name} is transparent in places, and what lies behind it is not known"
        raise ImageError(f"{msg}; flatten it, and save it as {REMEDY}")
    notes.append("its alpha is opaque and was dropped")


def _check_profile(name: str, profile: str) -> None:
    if profile:
        msg = f"{name} has a colour profile that cannot be applied ({profile})"
        raise ImageError(f"{msg}; convert its colours to sRGB")


def _upright(pixels: AnyPixels, orientation: int, is_done: bool, notes: list[str]) -> AnyPixels:
    """`is_done`: Pillow has turned it, as it does with TIFF, which has the tag as its own."""
    if orientation not in _TURNS:
        return pixels
    notes.append(f"it is turned upright, as its EXIF orientation {orientation} says")
    if is_done:
        return pixels
    turned = _TURNS[orientation](pixels.transpose(1, 2, 0))
    return np.ascontiguousarray(turned.transpose(2, 0, 1))
