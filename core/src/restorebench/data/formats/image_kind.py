"""What sort of image Pillow has opened: its mode in words, and bit depths that Pillow changes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

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

_SRGB_CODING = bytes((1, 13, 0, 1))
"""sRGB in PNG's cICP: BT.709's primaries, sRGB's transfer, RGB, full range (ITU-T H.273)."""

_SRGB_PRIMARIES = (0.3127, 0.329, 0.64, 0.33, 0.3, 0.6, 0.15, 0.06)
"""White, red, green, blue in x and y (IEC 61966-2-1), as PNG's cHRM has them."""

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
    """What makes values others than sRGB ones, beside a profile, or ``""``."""
    if image.mode == "RGB" and (channels := _channels(image)) > 3:
        return f"{channels} channels"
    return unlike_srgb(image.info)


def unlike_srgb(info: Mapping[Any, Any]) -> str:
    """What in `info`, as of Pillow's images, says that values are not sRGB ones, or ``""``.

    Profiles are passed over: see `colour_profile`.
    """
    if (coding := info.get("cicp", _SRGB_CODING)) != _SRGB_CODING:
        return f"colours that are not sRGB, as its chunk cICP says ({', '.join(map(str, coding))})"
    if "srgb" in info or "icc_profile" in info:
        return ""
    gamma = info.get("gamma", _STANDARD_GAMMA)
    if not math.isclose(gamma, _STANDARD_GAMMA, rel_tol=0.05):
        return f"a gamma of {gamma:g} that programs ignore"
    primaries = info.get("chromaticity", _SRGB_PRIMARIES)
    same = zip(primaries, _SRGB_PRIMARIES, strict=True)
    is_srgb = all(math.isclose(a, b, abs_tol=0.01) for a, b in same)
    return "" if is_srgb else "primary colours of its own (cHRM) that programs ignore"


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
