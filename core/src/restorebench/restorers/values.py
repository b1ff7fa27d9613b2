"""The values that networks work in, and what is wrong with an output, in words."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from restorebench.errors import ImageError

_BYTES = 2.0
"""A restoration whose median is above this is not in [0, 1]."""


class Values(NamedTuple):
    """Black and white as a network has them."""

    black: float
    white: float


VALUES: Mapping[str, Values] = MappingProxyType(
    {"unit": Values(0.0, 1.0), "signed": Values(-1.0, 1.0), "bytes": Values(0.0, 255.0)}
)
"""[0, 1], [−1, 1] and [0, 255], by the name of the option ``values``."""


def check_values(image: NDArray[np.floating], where: str, remedy: str = "divide by 255") -> None:
    """Raise `ImageError` for an image that cannot be in [0, 1]: not finite, or 0 to 255."""
    low, high = float(image.min()), float(image.max())
    if not (math.isfinite(low) and math.isfinite(high)):  # NaN is its own least value
        msg = f"{where} has values that are not finite numbers"
        raise ImageError(msg)
    if high > _BYTES and float(np.median(image)) > _BYTES:
        msg = f"{where} has values from {low:.4g} to {high:.4g}, as 8-bit images; expected [0, 1]"
        raise ImageError(f"{msg}: {remedy}")


def check_shape(shape: tuple[int, ...], expected: tuple[int, ...], where: str) -> None:
    """Raise `ImageError`, which says what the shape looks like, unless it is the expected one."""
    if shape == expected:
        return
    count, channels, height, width = expected
    looks = {
        (count, height, width, channels): "channels last: permute it to (N, C, H, W)",
        (count, channels, width, height): "height and width exchanged",
        (channels, height, width): "without its first axis: keep (N, C, H, W)",
        (height, width, channels): "channels last and without its first axis",
        (count, 1, height, width): "one channel: it must give RGB",
        (1, *expected): "one axis too many: take the first off",
    }
    msg = f"{where} has shape {shape}, expected {expected}"
    if shape in looks:
        raise ImageError(f"{msg}: {looks[shape]}")
    if len(shape) == 4 and shape[2] and shape[3]:
        sizes = f"{shape[3]}×{shape[2]} pixels, not {width}×{height}"
        msg += f" ({sizes}; images are never resized to fit)"
    raise ImageError(msg)
