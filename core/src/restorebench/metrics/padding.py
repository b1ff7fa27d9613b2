"""What a window sees beyond the sides of an image, and how much of the image is left without."""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from restorebench.errors import ImageError

Padding: TypeAlias = Literal["valid", "reflect", "replicate"]


def extent(size: int, radius: int, padding: Padding) -> int:
    """How many pixels of a side are left after filtering."""
    left = size - 2 * radius if padding == "valid" else size
    if left < 1 or (padding == "reflect" and size <= radius):
        msg = f"a side of {size} px is too short for a window of {2 * radius + 1} px"
        raise ImageError(msg)
    return left


def border(index: NDArray[np.intp], size: int, padding: Padding) -> NDArray[np.intp]:
    """Indices beyond a side of `size` pixels, brought back into it."""
    if padding == "replicate":
        return np.clip(index, 0, size - 1)
    last = size - 1
    return np.asarray(last - np.abs(last - np.abs(index)))
