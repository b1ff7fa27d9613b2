"""OpenCV's default resizing of 8-bit images: bilinear, not antialiased, in fixed-point numbers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from restorebench.errors import ImageError
from restorebench.types import Pixels

BITS = 11
"""Of a weight's fraction (INTER_RESIZE_COEF_BITS)."""


def bilinear(image: Pixels, size: tuple[int, int]) -> Pixels:
    """Resample to ``size = (H', W')`` as ``cv2.resize`` does, ``(..., H, W)`` → ``(..., H', W')``.

    Columns first, then rows, whose products lose four and sixteen bits before two are rounded off.
    Raises `ImageError` for a size without pixels.
    """
    if min(size) < 1:
        msg = f"an image cannot be brought to the size {tuple(size)}"
        raise ImageError(msg)
    left, right, a, b = _taps(image.shape[-1], size[1])
    values = image.astype(np.int64)
    values = (values[..., left] * a + values[..., right] * b) >> 4
    above, below, a, b = _taps(image.shape[-2], size[0])
    rows = [values[..., i, :] * w[:, None] >> 16 for i, w in ((above, a), (below, b))]
    return ((rows[0] + rows[1] + 2) >> 2).astype(np.uint8)


def _taps(old: int, new: int) -> tuple[NDArray[np.int64], ...]:
    """The two neighbours of each new pixel, and their weights times 2¹¹; ends are repeated."""
    place = ((np.arange(new) + 0.5) * (old / new) - 0.5).astype(np.float32)
    place = np.clip(place, 0, old - 1)
    first = np.floor(place).astype(np.int64)
    part = place - first
    weights = (np.rint(w * (1 << BITS)).astype(np.int64) for w in (1 - part, part))
    return first, np.minimum(first + 1, old - 1), *weights
