"""Masks in files: read as strictly as images, and written so that protocols see the same."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from restorebench.data.images import kind, opened
from restorebench.errors import ImageError
from restorebench.types import Array, Pixels

_WHITE = {"1": 1, "L": 255, "RGB": 255, "I;16": 65535, "I;16B": 65535, "I;16L": 65535}
"""White by Pillow's modes."""

_REMEDY = "8-bit grey PNG, 0 outside and 255 inside"


def read_mask(path: Path, size: tuple[int, ...]) -> Array:
    """A mask as ``(1, H, W)`` in [0, 1], for an image of `size` ``(H, W)``.

    Black is 0 and white is 1: of 8-bit grey 255, of 16-bit grey 65535; RGB counts as grey where
    its channels are equal. Nothing is guessed: raises `ImageError`, which names the file, for
    another size, a palette, alpha, floats, JPEG (which changes values at edges), and for values so
    small that they are labels or of another bit depth.
    """
    with opened(path, path, _REMEDY) as image:
        values = _values(path, image)
    if values.shape != tuple(size):
        height, width = values.shape
        msg = f"the mask {path} is {width}×{height}, but its image is {size[1]}×{size[0]}"
        raise ImageError(msg)
    return values[None]


def mask_pixels(mask: Array) -> Pixels:
    """A mask in [0, 1] as 8 bit: a pixel that is above zero stays so, and one half stays one half.

    Those are the two thresholds by which protocols make regions of masks.
    """
    levels = np.floor(mask * 255.0 + 0.5)
    return np.where(mask > 0, np.maximum(levels, 1), 0).astype(np.uint8)


def write_mask(path: Path, mask: Array) -> None:
    """Write a mask ``(1, H, W)`` in [0, 1] as 8-bit grey PNG, making folders as needed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(mask_pixels(mask)[0]).save(path)


def _values(path: Path, image: Image.Image) -> Array:
    white = _WHITE.get(image.mode)
    if white is None or "transparency" in image.info:
        raise _refused(path, f"is {kind(image)}")
    if image.format == "JPEG":
        raise _refused(path, "is a JPEG, whose compression changes the values at edges")
    levels = np.asarray(image)
    if levels.ndim == 3 and (levels != levels[..., :1]).any():
        raise _refused(path, "is in colour")
    top = int(levels.max())
    if 0 < top <= white // 255:
        raise _refused(path, f"has no value above {top}, where white is {white}")
    grey = levels if levels.ndim == 2 else levels[..., 0]
    return grey.astype(np.float32) / np.float32(white)


def _refused(path: Path, why: str) -> ImageError:
    return ImageError(f"the mask {path} {why}; save it as {_REMEDY}")
