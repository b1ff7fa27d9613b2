"""What sort of image Pillow has opened: its mode in words, and bit depths that Pillow changes."""

from __future__ import annotations

import math
from typing import NamedTuple

from PIL import Image, TiffImagePlugin

MODES = {
    "1": "1-bit black and white",
    "L": "grey",
    "RGB": "RGB",
    "LA": "grey with alpha",
    "La": "grey with alpha",
    "P": "a palette image",
    "PA": "a palette image with alpha",
    "RGBA": "RGB with alpha",
    "RGBa": "RGB with alpha",
    "RGBX": "RGB with a fourth channel",
    "CMYK": "CMYK",
    "YCbCr": "YCbCr",
    "LAB": "CIE Lab",
    "HSV": "HSV",
    "F": "floating point",
}
"""Pillow's modes in words."""

_STANDARD_GAMMA = 1 / 2.2

_NEW_SUBFILE_TYPE, _DNG_VERSION, _SIGNED = 254, 50706, 2
"""Two tags, and a value of SampleFormat (TIFF 6.0; DNG 1.7)."""


def kind(image: Image.Image) -> str:
    """What sort of image it is, in words."""
    if image.mode.startswith("I"):
        return "16 or 32 bit grey"
    if "transparency" in image.info and image.mode in {"L", "RGB"}:
        return f"{MODES[image.mode]} with a transparent colour"
    return MODES.get(image.mode, f"of mode {image.mode}")


class Depth(NamedTuple):
    """Bits of each channel, and the level of white: 2ⁿ - 1 for n bits, but PPM says its own.

    Of a BMP of 16 bits per pixel, the bits are those of its coarsest channel.
    """

    bits: int = 8
    white: int = 255


def depth_of(image: Image.Image) -> Depth:
    """The depth that an image has in its file; ask before Pillow loads it."""
    if isinstance(image, TiffImagePlugin.TiffImageFile):
        bits = int(max(image.tag_v2.get(TiffImagePlugin.BITSPERSAMPLE, (1,))))
        return Depth(bits, 2**bits - 1)
    tiles = getattr(image, "tile", [])
    if image.format == "PPM" and image.mode != "F" and isinstance(tiles[0].args, tuple):
        top = tiles[0].args[-1]
        return Depth(int(top).bit_length(), top)
    raw = str(tiles)
    if "BGR;15" in raw or "BGR;16" in raw:
        return Depth(5, 31)
    return Depth(16, 65535) if ";16" in raw else Depth()


def unlike_8_bit(image: Image.Image, depth: Depth) -> str:
    """What an image of mode RGB has that Pillow changes or drops, or ``""``.

    Such as 16 bits per channel, white that is not 255, or a gamma of its own.
    """
    if image.mode != "RGB":
        return ""
    if depth.white != 2**depth.bits - 1:
        return f"levels up to {depth.white}, not 255"
    return f"{depth.bits} bits per channel" if depth.bits != 8 else unlike_rgb(image)


def unlike_rgb(image: Image.Image) -> str:
    """What makes values of mode RGB others than sRGB ones, beside a profile, or ``""``."""
    if image.mode != "RGB":
        return ""
    if (channels := _channels(image)) > 3:
        return f"{channels} channels"
    gamma = image.info.get("gamma", _STANDARD_GAMMA)
    is_its_own = not math.isclose(gamma, _STANDARD_GAMMA, rel_tol=0.05)
    overruled = "srgb" in image.info or "icc_profile" in image.info
    return f"a gamma of {gamma:g} that programs ignore" if is_its_own and not overruled else ""


def unlike_tiff(image: Image.Image) -> str:
    """Why what Pillow reads of a TIFF is not the image that it holds, or ``""``."""
    if not isinstance(image, TiffImagePlugin.TiffImageFile):
        return ""
    tags = image.tag_v2
    if tags.get(_NEW_SUBFILE_TYPE, 0) & 1 or _DNG_VERSION in tags:
        return "begins with a smaller copy of its image, as raw files of cameras do"
    if image.mode != "I" and _SIGNED in tags.get(TiffImagePlugin.SAMPLEFORMAT, ()):
        return "holds signed numbers"
    return ""


def _channels(image: Image.Image) -> int:
    if isinstance(image, TiffImagePlugin.TiffImageFile):
        return int(image.tag_v2.get(TiffImagePlugin.SAMPLESPERPIXEL, 3))
    return 3
