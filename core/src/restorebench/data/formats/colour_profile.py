"""ICC profiles: which mean sRGB, and what the colours of the others are in sRGB."""

from __future__ import annotations

from functools import cache, lru_cache
from io import BytesIO

import numpy as np
from PIL import Image, ImageCms

from restorebench.errors import ImageError

_LARGEST = 2
"""Levels by which profiles that all mean sRGB differ."""

_BASES = {
    "RGB": "RGB",
    "RGBA": "RGB",
    "CMYK": "CMYK",
    **dict.fromkeys(("L", "LA", "I", "I;16", "I;16B", "I;16L"), "L"),
}
"""The 8-bit mode without alpha that each mode stands for."""

_SPACES = {"RGB": "RGB", "L": "GRAY", "CMYK": "CMYK"}
"""The colour space that the profile of an image of each of those has."""

_INTENT = ImageCms.Intent.RELATIVE_COLORIMETRIC


def other_profile(image: Image.Image) -> str:
    """The name of the profile by which an image's values are not sRGB values, or ``""``.

    One for other channels than the image's is ignored, as decoders do.
    """
    data, mode = image.info.get("icc_profile"), _BASES.get(image.mode)
    return profile_unlike_srgb(data, mode) if data and mode else ""


def in_srgb(image: Image.Image) -> Image.Image:
    """An image of mode RGB, L or CMYK with a profile, as sRGB; Pillow's errors where it fails."""
    profile = ImageCms.ImageCmsProfile(BytesIO(image.info["icc_profile"]))
    converted = ImageCms.profileToProfile(image, profile, _srgb(), _INTENT, outputMode="RGB")
    if converted is None:
        msg = "the colour profile gave no image"
        raise ImageError(msg)
    return converted


@cache
def _srgb() -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


@lru_cache(maxsize=16)
def profile_unlike_srgb(data: bytes, mode: str) -> str:
    """The name of a profile by which values of mode RGB, L or CMYK are not sRGB ones, or ``""``."""
    try:
        profile = ImageCms.ImageCmsProfile(BytesIO(data))
        if profile.profile.xcolor_space.strip() != _SPACES[mode]:
            return ""
        name = ImageCms.getProfileDescription(profile).strip() or "unnamed"
        colours = _colours(mode)
        converted = ImageCms.profileToProfile(colours, profile, _srgb(), _INTENT, outputMode="RGB")
    except (OSError, ImageCms.PyCMSError):
        return "damaged"
    if mode == "CMYK" or converted is None:
        return name
    change = np.asarray(converted).astype(int) - np.asarray(colours.convert("RGB"))
    return name if np.abs(change).max() > _LARGEST else ""


def _colours(mode: str) -> Image.Image:
    """Colours all over the cube, as an image."""
    steps = np.linspace(0, 255, 9).round().astype(np.uint8)
    cube = np.stack(np.meshgrid(steps, steps, steps), axis=-1).reshape(27, 27, 3)
    return Image.fromarray(np.ascontiguousarray(cube)).convert(mode)
