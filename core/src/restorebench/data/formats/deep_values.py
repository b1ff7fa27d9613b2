"""Values of more than 8 bits, or of another white than 255, as float32 in [0, 1]."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from restorebench.data.formats.colour_profile import other_profile, profile_unlike_srgb
from restorebench.data.formats.image_file import OpenedImage, Source
from restorebench.data.formats.levels import Levels, levels
from restorebench.data.formats.wide_image import WideImage
from restorebench.errors import ImageError
from restorebench.types import Array

REMEDY = "8-bit RGB PNG"
"""What to save an image as that cannot be read."""


def is_deep(found: OpenedImage) -> bool:
    """Whether it has more than 8 bits, or levels up to something else than 2ⁿ - 1."""
    bits, white = found.depth
    return found.image.mode[0] in "IF" or bits > 8 or white != 2**bits - 1


def deep_values(name: str, source: Source, found: OpenedImage, notes: list[str]) -> Array:
    """Those of an opened image, ``(3, H, W)`` in [0, 1], not turned; `notes` are added to.

    Raises `ImageError`, which calls it `name`, where its white or its colours are not certain.
    """
    image = found.image
    check_profile(name, other_profile(image))
    if image.mode == "F":
        return _of_floats(name, np.asarray(image), notes)
    if "transparency" in image.info:
        msg = f"{name} has a transparent colour, behind which it is not known what lies"
        raise ImageError(f"{msg}; flatten it")
    try:
        read = levels(found, source)
    except ImageError as error:
        msg = f"{name} cannot be converted: {error}; save it as {REMEDY} or 16-bit RGB PNG"
        raise ImageError(msg) from error
    return _of_levels(name, read, notes)


def wide_values(name: str, wide: WideImage, notes: list[str]) -> Array:
    """Those of a file that Pillow does not read whole, ``(3, H, W)`` in [0, 1], not turned."""
    mode = "RGB" if wide.values.shape[2] == 3 else "L"
    check_profile(name, profile_unlike_srgb(wide.profile, mode) if wide.profile else "")
    if wide.values.dtype.kind == "f":
        return _of_floats(name, wide.values, notes)
    return _of_levels(name, Levels(wide.values, int(np.iinfo(wide.values.dtype).max)), notes)


def _of_levels(name: str, found: Levels, notes: list[str]) -> Array:
    if found.white > 255 and 0 < found.top <= found.white >> 4:
        msg = f"{name} has no level above {found.top}, where white is {found.white}"
        raise ImageError(f"{msg}: levels of fewer bits must be scaled to the whole range")
    values = found.values
    if values.ndim == 3 and values.shape[2] == 4:
        check_opaque(name, values[..., 3], found.white, notes)
        values = values[..., :3]
    grey = values.ndim == 2 or values.shape[2] == 1
    notes.append(f"it is {'grey, ' * grey}of levels up to {found.white}, kept as float32")
    return _rgb(values.astype(np.float32) / np.float32(found.white))


def _of_floats(name: str, values: NDArray[Any], notes: list[str]) -> Array:
    low, high = float(values.min()), float(values.max())
    if not np.isfinite(values).all():
        msg = f"{name} holds values that are NaN or infinite; mend them, or save it as {REMEDY}"
        raise ImageError(msg)
    if not (low >= 0.0 and high <= 1.0):
        msg = f"{name} holds floats in [{low:g}, {high:g}], whose white is not known"
        raise ImageError(f"{msg}; scale them to [0, 1], or save it as {REMEDY}")
    notes.append("it is floating point, whose values in [0, 1] are taken as sRGB")
    return _rgb(values.astype(np.float32))


def _rgb(values: Array) -> Array:
    """``(H, W)`` or ``(H, W, 1 or 3)`` as ``(3, H, W)``."""
    values = values if values.ndim == 3 else values[..., None]
    shape = (*values.shape[:2], 3)
    return np.ascontiguousarray(np.broadcast_to(values, shape).transpose(2, 0, 1))


def check_opaque(name: str, alpha: NDArray[Any], white: int, notes: list[str]) -> None:
    """Raise `ImageError` unless an alpha channel is `white` everywhere."""
    if (alpha < white).any():
        msg = f"{name} is transparent in places, and what lies behind it is not known"
        raise ImageError(f"{msg}; flatten it, and save it as {REMEDY}")
    notes.append("its alpha is opaque and was dropped")


def check_profile(name: str, profile: str) -> None:
    """Raise `ImageError` if there is a profile of that name."""
    if profile:
        msg = f"{name} has a colour profile that cannot be applied ({profile})"
        raise ImageError(f"{msg}; convert its colours to sRGB")
