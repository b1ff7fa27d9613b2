"""Resampling along image rows by cubic convolution (Keys, IEEE TASSP 1981, a = −0.5).

Rectified views differ along rows only. At whole-pixel shifts the samples come back bit for bit.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from restorebench.errors import SampleError
from restorebench.types import Array

TAPS = (-1, 0, 1, 2)
SUPPORT = 2
"""Columns that the kernel needs on each side."""


def keys_weights(fraction: Array) -> Array:
    """Weights of the four `TAPS` for points at `fraction` in [0, 1), ``(4, …)`` (eq. 15)."""
    t = np.asarray(fraction, np.float32)
    return np.stack(
        [
            ((-0.5 * t + 1.0) * t - 0.5) * t,
            (1.5 * t - 2.5) * t * t + 1.0,
            ((-1.5 * t + 2.0) * t + 0.5) * t,
            (0.5 * t - 0.5) * t * t,
        ]
    ).astype(np.float32)


def moved(image: Array, shift: float, start: int, width: int) -> Array:
    """Columns ``start … start + width`` of `image` after a move to the right by `shift` pixels.

    Any shape ``(…, w)`` → ``(…, width)``. Raises `SampleError` where `image` does not reach.
    """
    position = start - shift
    first = int(np.floor(position))
    low, high = first + TAPS[0], first + TAPS[-1] + width
    if low < 0 or high > image.shape[-1]:
        msg = (
            f"a move by {shift:g} px needs columns {low} … {high} of {image.shape[-1]}; "
            "render the scene with a wider margin"
        )
        raise SampleError(msg)
    weights = keys_weights(np.array(position - first, np.float32))
    return _mix(weights, (image[..., first + k : first + k + width] for k in TAPS))


def sampled(image: Array, columns: Array) -> Array:
    """`image` ``(C, H, w)`` read at fractional `columns` ``(H, W)`` → ``(C, H, W)``.

    The edge column is repeated without end.
    """
    first = np.floor(columns).astype(np.intp)
    weights = keys_weights(columns - first)
    rows = np.arange(image.shape[1])[:, None]
    last = image.shape[2] - 1
    return _mix(weights, (image[:, rows, np.clip(first + k, 0, last)] for k in TAPS))


def _mix(weights: Array, taps: Iterable[Array]) -> Array:
    parts = [w * tap for w, tap in zip(weights, taps, strict=True)]
    mixed: Array = np.add.reduce(parts, dtype=np.float32)
    return mixed
