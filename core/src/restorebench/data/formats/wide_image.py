"""What a file holds that Pillow does not read, or not whole."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from numpy.typing import NDArray
from PIL import Image

from restorebench.errors import ImageError


class WideImage(NamedTuple):
    """``(H, W, C)``, C 1 or 3, whole numbers or floats; TIFF's orientation; the ICC profile."""

    values: NDArray[Any]
    orientation: int = 1
    profile: bytes = b""


def check_size(name: str, width: int, height: int) -> None:
    """Raise `ImageError` where that many pixels are none, or more than Pillow reads."""
    size = f"{name} has {width}×{height} pixels"
    if width * height == 0:
        msg = f"{size}: there is nothing to read; save it again"
        raise ImageError(msg)
    if width * height > (Image.MAX_IMAGE_PIXELS or math.inf):
        msg = f"{size}; cut it into smaller images"
        raise ImageError(msg)
