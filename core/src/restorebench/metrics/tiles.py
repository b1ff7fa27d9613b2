"""Pictures piece by piece, so that a metric's memory does not grow with the picture."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from restorebench.errors import ImageError

Padding: TypeAlias = Literal["valid", "reflect", "replicate"]
Index: TypeAlias = slice | NDArray[np.intp]

ROWS, COLUMNS = 128, 512
"""The tile that was fastest: its float64 fields stay in the second-level cache."""


def strips(height: int, rows: int = 64) -> Iterator[slice]:
    """Slices of at most `rows` rows that cover `height`."""
    for top in range(0, height, rows):
        yield slice(top, min(top + rows, height))


def tiles(size: tuple[int, int], radius: int, padding: Padding) -> Iterator[tuple[Index, Index]]:
    """Row and column indices of the tiles of a ``(H, W)`` picture, each with a halo of `radius`.

    Filtering every tile without padding and joining the results gives the whole picture filtered
    with `padding`: ``"valid"`` shrinks it by `radius` on each side, ``"reflect"`` mirrors it about
    its outermost pixels, ``"replicate"`` repeats them. Raises `ImageError` where it is too small.
    """
    height, width = (_extent(n, radius, padding) for n in size)
    shift = 0 if padding == "valid" else -radius
    for rows in strips(height, ROWS):
        for columns in strips(width, COLUMNS):
            yield (
                _source(rows.start + shift, rows.stop + shift + 2 * radius, size[0], padding),
                _source(columns.start + shift, columns.stop + shift + 2 * radius, size[1], padding),
            )


def _extent(size: int, radius: int, padding: Padding) -> int:
    """How many pixels of a side are left after filtering."""
    extent = size - 2 * radius if padding == "valid" else size
    if extent < 1 or (padding == "reflect" and size <= radius):
        msg = f"a side of {size} px is too short for a window of {2 * radius + 1} px"
        raise ImageError(msg)
    return extent


def _source(start: int, stop: int, size: int, padding: Padding) -> Index:
    """Where the pixels `start` to `stop` of the padded side come from."""
    if start >= 0 and stop <= size:
        return slice(start, stop)
    return border(np.arange(start, stop), size, padding)


def border(index: NDArray[np.intp], size: int, padding: Padding) -> NDArray[np.intp]:
    """Indices beyond a side of `size` pixels, brought back into it."""
    if padding == "replicate":
        return np.clip(index, 0, size - 1)
    last = size - 1
    return np.asarray(last - np.abs(last - np.abs(index)))
