"""What is compared of an image once it has been read: never its pixels, which may be many."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b

import numpy as np

from restorebench.types import Pixels

_ROWS = 64
"""About how many rows the statistics are made of."""


@dataclass(frozen=True)
class ImageFacts:
    """Width and height, a hash of the pixels, and how bright, contrasty and sharp it is.

    `mean` and `contrast` (standard deviation) are of the 8-bit luma, `sharpness` is the mean
    difference between neighbours in a row; all three of every few rows.
    """

    size: tuple[int, int]
    pixels: bytes
    mean: float
    contrast: float
    sharpness: float

    @classmethod
    def of(cls, image: Pixels) -> ImageFacts:
        """The facts of an image ``(3, H, W)``."""
        _, height, width = image.shape
        rows = image[:, :: max(1, height // _ROWS)].astype(np.float32).mean(0)
        steps = np.abs(np.diff(rows, axis=1))
        return cls(
            (width, height),
            blake2b(repr(image.shape).encode() + image.tobytes(), digest_size=16).digest(),
            float(rows.mean()),
            float(rows.std()),
            float(steps.mean()) if width > 1 else 0.0,
        )
