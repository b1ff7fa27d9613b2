"""The averaging with which SSIM's authors shrink large images before they compare them."""

from __future__ import annotations

import math
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from restorebench.errors import ProtocolError
from restorebench.metrics.channels import planes
from restorebench.metrics.protocol import Measure
from restorebench.types import Pixels

Values = NDArray[np.float64]

SIDE = 256
"""To about this many pixels the shorter side is brought."""


def downsampled(pixels: Pixels, measure: Measure) -> NDArray[Any]:
    """The image `pixels`, ``(3, h, w)``, as it is, or its channels averaged by option `downsample`.

    ``"auto-256"`` is what the authors' ssim.m suggests: F×F means at every F-th pixel, where F is
    the shorter side over 256, rounded (halves up) and at least 1; borders are mirrored, the end
    pixel repeated. Raises `ProtocolError` for another value.
    """
    option = measure.option("downsample", "")
    if option not in ("", "auto-256"):
        msg = f"the option 'downsample' of an SSIM is 'auto-256' or left out, not {option!r}"
        raise ProtocolError(msg)
    factor = max(1, math.floor(min(pixels.shape[1:]) / SIDE + 0.5)) if option else 1
    return pixels if factor == 1 else _averaged(pixels, measure.channels, factor)


def _averaged(pixels: Pixels, channels: str, factor: int) -> Values:
    """Rows first, as channels of one row in each block at a time; then columns."""
    rows, columns = (_blocks(n, factor) for n in pixels.shape[1:])
    tall = reduce(np.add, (planes(pixels[:, row], channels) for row in rows))
    total: Values = reduce(np.add, (tall[:, :, column] for column in columns))
    return total / factor**2


def _blocks(size: int, factor: int) -> NDArray[np.intp]:
    """Where the pixels of each block are, ``(factor, blocks)``: as MATLAB's imfilter centres it."""
    first = np.arange(0, size, factor) - (factor - 1) // 2
    index = np.arange(factor)[:, None] + first
    mirrored = index % (2 * size)
    return np.asarray(np.minimum(mirrored, 2 * size - 1 - mirrored))
