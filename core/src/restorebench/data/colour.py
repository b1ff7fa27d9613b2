"""Light and its 8-bit encoding: the sRGB curve (IEC 61966-2-1) and rounding."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from restorebench.data.mapped import let_go
from restorebench.errors import ImageError
from restorebench.types import Array, Pixels

_AT_ONCE = 1 << 16
"""Values that are rounded at once: they stay in the processor's cache."""


def to_linear(srgb: NDArray[Any]) -> Array:
    """sRGB-encoded values in [0, 1] to linear light, any shape."""
    value = np.asarray(srgb, np.float32)
    curve = ((np.maximum(value, 0.04045) + 0.055) / 1.055) ** 2.4
    return np.where(value <= 0.04045, value / 12.92, curve).astype(np.float32)


def to_srgb(linear: NDArray[Any]) -> Array:
    """Linear light to sRGB-encoded values in [0, 1]; light outside [0, 1] is clipped."""
    value = np.clip(np.asarray(linear, np.float32), 0.0, 1.0)
    curve = 1.055 * np.maximum(value, 0.0031308) ** (1 / 2.4) - 0.055
    return np.where(value <= 0.0031308, value * 12.92, curve).astype(np.float32)


def quantise(image: NDArray[Any], out: Pixels | None = None) -> Pixels:
    """[0, 1] to 8 bit, clipped and rounded to nearest (halves up), any shape; perhaps into `out`.

    Raises `ImageError` where a value is not a number: it has no level.
    """
    if image.size and np.isnan(image.min()):
        msg = f"an image of shape {image.shape} holds values that are not numbers (NaN)"
        raise ImageError(msg)

    def levels(values: NDArray[Any], out: NDArray[Any]) -> None:
        out[...] = np.floor(np.clip(values, 0.0, 1.0) * 255.0 + 0.5)

    return _by_pieces(image, levels, np.uint8, out)


def as_float(pixels: NDArray[Any]) -> Array:
    """8 bit to float32 in [0, 1], any shape; `quantise` is its exact inverse.

    Raises `ImageError` for any other type, whose white is not 255.
    """
    if pixels.dtype != np.uint8:
        msg = f"pixels are {pixels.dtype}; expected 8 bit (uint8)"
        raise ImageError(msg)

    def values(levels: NDArray[Any], out: NDArray[Any]) -> None:
        np.divide(levels, np.float32(255.0), out=out, dtype=np.float32)

    return _by_pieces(pixels, values, np.float32)


def through_8bit(image: NDArray[Any]) -> Array:
    """[0, 1] as an 8-bit file would give it back, float32."""
    return as_float(quantise(image))


def _by_pieces(
    image: NDArray[Any],
    convert: Callable[[NDArray[Any], NDArray[Any]], None],
    kind: type[Any],
    out: NDArray[Any] | None = None,
) -> NDArray[Any]:
    """`convert` some values into others of type `kind`, which stay in the processor's cache."""
    how: Any = {"flags": ("external_loop", "buffered", "zerosize_ok"), "buffersize": _AT_ONCE}
    how |= {"op_flags": (("readonly",), ("writeonly", "allocate"))}
    with np.nditer((image, out), op_dtypes=(image.dtype, kind), **how) as pieces:
        for given, made in pieces:
            convert(given, made)
            let_go()
        found: NDArray[Any] = pieces.operands[1]
    return found
