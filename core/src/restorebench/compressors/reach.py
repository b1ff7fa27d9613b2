"""How far the U-Net compressor sees, its attention aside."""

from __future__ import annotations

_BLOCKS = 4
"""Pixels around each that the two blocks of a level read, two convolutions each."""


def to_map(level: int, around: int) -> int:
    """Pixels of the image around those of what a level's blocks give that it depends on.

    `around`: pixels of the map more that are needed.
    """
    around += _BLOCKS
    for _ in range(level):
        around = 2 * around + 1 + _BLOCKS  # a 4×4 convolution, then the finer level's blocks
    return around + 1


def decoder(levels: int) -> int:
    """Pixels of the image around one of the output that its skips depend on.

    More than the latent depends on, and than is needed of it.
    """
    around, most = 1, 1 + 1  # the last convolution, and the first one's map beside it
    for level in range(levels):
        # a 3×3 convolution after the blocks, at a coarser level after the size is doubled
        around = (around + 1 if level == 0 else -(-(around + 1) // 2)) + _BLOCKS
        most = max(most, to_map(level, around))
    return most
