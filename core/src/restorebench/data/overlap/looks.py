"""A perceptual hash: copies of an image in another size or quality differ in few of its bits."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.fft import dctn

from restorebench.types import Pixels

Bits: TypeAlias = NDArray[np.bool_]

SIDE = 12
"""The hash has SIDE² bits, one for each of the lowest frequencies."""
_THUMBNAIL = 4 * SIDE
NEAR = 0.14
"""The share of differing bits up to which two images count as the same.

Measured on 123 photographs (haze, shadow, bokeh, stereo, Set5, Kodak): JPEG of quality 20 to 90,
sizes from a quarter to twice, and 10 % more light change 7 % at most; images of different scenes
differ in 35 % at least. Mirrored images and crops of more than a few pixels are not found.
"""
_FLAT = 2.0
"""Grey levels of deviation below which an image has no looks to compare."""


def looks(view: Pixels) -> Bits | None:
    """The perceptual hash of an image ``(3, H, W)``; None of one that is all of one grey.

    The bits of ImageHash's ``phash(image, hash_size=12)``: which of the lowest frequencies of a
    48×48 thumbnail are above their median (Zauner, 2010).
    """
    image = Image.fromarray(np.ascontiguousarray(view.transpose(1, 2, 0))).convert("L")
    size = (_THUMBNAIL, _THUMBNAIL)
    grey = np.asarray(image.resize(size, Image.Resampling.LANCZOS), np.float64)
    if grey.std() < _FLAT:
        return None
    low = dctn(grey, type=2)[:SIDE, :SIDE]
    bits: Bits = (low > np.median(low)).ravel()
    return bits
