"""Masks in files: read as strictly as images, and written so that protocols see the same."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from restorebench.data.formats.image_file import OpenedImage, Source, name_of
from restorebench.data.formats.image_kind import kind
from restorebench.data.formats.levels import levels
from restorebench.data.formats.lossy import lossy_kind
from restorebench.data.images import upright
from restorebench.errors import ImageError
from restorebench.types import Array, Pixels

_GREY = ("1", "L", "RGB", "I;16", "I;16B", "I;16L")
"""Pillow's modes of what may be grey."""

_REMEDY = "8-bit grey PNG, 0 outside and 255 inside"


def read_mask(source: Source, size: tuple[int, ...], name: str = "") -> Array:
    """A mask as ``(1, H, W)`` in [0, 1], for an image of `size` ``(H, W)``.

    Black is 0 and white is 1: of 8-bit grey 255, of 16-bit grey 65535; RGB counts as grey where
    its channels are equal. Nothing is guessed: raises `ImageError`, which names the file, for
    another size, a palette, alpha, floats, JPEG and lossy WebP (which change values at edges), and
    for values so small that they are labels or of another bit depth.
    """
    name = name_of(source, name)
    with upright(source, name, _REMEDY) as found:
        values = _values(name, source, found)
    if values.shape != tuple(size):
        height, width = values.shape
        msg = f"the mask {name} is {width}×{height}, but its image is {size[1]}×{size[0]}"
        raise ImageError(msg)
    return values[None]


def mask_pixels(mask: Array) -> Pixels:
    """A mask in [0, 1] as 8 bit: a pixel that is above zero stays so, and one half stays one half.

    Those are the two thresholds by which protocols make regions of masks.
    """
    rounded = np.floor(mask * 255.0 + 0.5)
    return np.where(mask > 0, np.maximum(rounded, 1), 0).astype(np.uint8)


def write_mask(path: Path, mask: Array) -> None:
    """Write a mask ``(1, H, W)`` in [0, 1] as 8-bit grey PNG, making folders as needed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(mask_pixels(mask)[0]).save(path)


def _values(name: str, source: Source, found: OpenedImage) -> Array:
    image = found.image
    if image.mode not in _GREY or "transparency" in image.info:
        raise _refused(name, f"is {kind(image)}")
    if lossy := lossy_kind(image, source):
        raise _refused(name, f"is a {lossy}, whose compression changes the values at edges")
    read = levels(found, source)
    if read.values.ndim == 3 and (read.values != read.values[..., :1]).any():
        raise _refused(name, "is in colour")
    if 0 < read.top <= read.white >> 4:  # labels, or 12 bits in 16
        raise _refused(name, f"has no value above {read.top}, where white is {read.white}")
    grey = read.values if read.values.ndim == 2 else read.values[..., 0]
    return grey.astype(np.float32) / np.float32(read.white)


def _refused(name: str, why: str) -> ImageError:
    return ImageError(f"the mask {name} {why}; save it as {_REMEDY}")
