"""Images piece by piece, so that a metric's memory does not grow with the image."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from restorebench.data.mapped import let_go
from restorebench.metrics.padding import Padding, border, extent

Index: TypeAlias = slice | NDArray[np.intp]

R = TypeVar("R")
Scalar = TypeVar("Scalar", bound=np.generic)

ROWS, COLUMNS = 128, 512
"""The tile that was fastest: its float64 fields stay in the cache."""

THREADS = 12
"""At most so many: each has 7 MB for SSIM by numpy."""


@dataclass(frozen=True, eq=False)
class Tile:
    """Where the pixels of a tile and of its halo come from."""

    rows: Index
    columns: Index

    def of(self, pixels: NDArray[Scalar]) -> NDArray[Scalar]:
        """The tile of an image ``(C, H, W)``."""
        return pixels[:, self.rows][:, :, self.columns]


def in_threads(function: Callable[[Tile], R], pieces: Iterable[Tile]) -> Iterable[R]:
    """Map over tiles on the threads that this process may use; numpy lets go of the GIL."""

    def done(piece: Tile) -> R:
        found = function(piece)
        let_go()
        return found

    todo = list(pieces)
    threads = min(processors(), THREADS, len(todo))
    if threads <= 1:
        return map(done, todo)
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(done, todo))


def strips(height: int, rows: int = 64) -> Iterator[slice]:
    """Slices of at most `rows` rows that cover `height`; of large images no more is resident."""
    for top in range(0, height, rows):
        yield slice(top, min(top + rows, height))
        let_go()


def processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):  # not on macOS and Windows
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def tiles(size: tuple[int, int], radius: int, padding: Padding) -> Iterator[Tile]:
    """The tiles of a ``(H, W)`` image, each with a halo of `radius` pixels.

    Filtering every tile without padding and joining the results gives the whole image filtered
    with `padding`: ``"valid"`` shrinks it by `radius` on each side, ``"reflect"`` mirrors it about
    its outermost pixels, ``"replicate"`` repeats them. Raises `ImageError` where it is too small.
    """
    height, width = (extent(n, radius, padding) for n in size)
    shift = 0 if padding == "valid" else -radius
    for rows in strips(height, ROWS):
        for columns in strips(width, COLUMNS):
            yield Tile(
                _source(rows.start + shift, rows.stop + shift + 2 * radius, size[0], padding),
                _source(columns.start + shift, columns.stop + shift + 2 * radius, size[1], padding),
            )


def _source(start: int, stop: int, size: int, padding: Padding) -> Index:
    """Where the pixels `start` to `stop` of the padded side come from."""
    if start >= 0 and stop <= size:
        return slice(start, stop)
    return border(np.arange(start, stop), size, padding)
