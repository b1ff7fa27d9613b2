"""The image of a point that is out of focus: the shape of the aperture, as a convolution kernel.

A kernel is exact where it matters for composing blurs: it sums to 1, and its second moment per
axis is c²/16, that of an ideal disc of diameter c, for every c > 0 and not only for large ones.
(A disc's area per pixel would be too wide by the pixel's own 1/12, which the sharp image has
already.) Hence two blurs c₁ and c₂ in a row have the second moment of one of √(c₁² + c₂²).
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import fft
from scipy.optimize import brentq

from restorebench.types import Array

DISC = 0
"""Number of blades of an aperture without corners."""

SHARP = 0.01
"""A circle of confusion below this many pixels is a point: it moves no 8-bit value."""


@lru_cache(maxsize=512)
def aperture_kernel(c: float, blades: int = DISC) -> Array:
    """The kernel of a circle of confusion of `c` pixels, float32 ``(k, k)``, k odd, sum 1.

    `blades` straight edges make a regular polygon, `DISC` (0) a disc; both have the second moment
    c²/16 per axis.
    """
    if c < SHARP:
        return np.ones((1, 1), np.float32)
    distance = _edge_distance(math.ceil(c / 2 * _widest(blades)) + 1, blades)
    radius = _solve_radius(distance, c)
    kernel = _coverage(distance, radius)
    normalised: Array = (kernel / kernel.sum()).astype(np.float32)
    normalised.flags.writeable = False  # it is shared by the cache
    return normalised


def second_moment(kernel: NDArray[Any]) -> float:
    """The variance of a centred kernel ``(k, k)`` per axis, in pixels²."""
    half = kernel.shape[0] // 2
    x2 = np.arange(-half, half + 1, dtype=np.float64) ** 2
    return float((kernel * (x2[:, None] + x2[None, :])).sum() / kernel.sum() / 2)


def blur(image: Array, kernel: Array) -> Array:
    """`image` ``(..., H, W)`` convolved with a kernel; it continues mirrored beyond its borders."""
    half = kernel.shape[0] // 2
    if half == 0:
        return image
    padding = [(0, 0)] * (image.ndim - 2) + [(half, half)] * 2
    wide = np.pad(image, padding, mode="symmetric")
    shape = [fft.next_fast_len(n, real=True) for n in wide.shape[-2:]]
    spectrum = fft.rfft2(wide, shape) * fft.rfft2(kernel, shape)
    full = fft.irfft2(spectrum, shape)
    out = full[..., 2 * half : 2 * half + image.shape[-2], 2 * half : 2 * half + image.shape[-1]]
    return np.ascontiguousarray(out, np.float32)


def _edge_distance(half: int, blades: int) -> NDArray[np.float64]:
    """How large an aperture must be (radius, or apothem of a polygon) to reach each pixel."""
    y, x = np.mgrid[-half : half + 1, -half : half + 1].astype(np.float64)
    if blades == DISC:
        return np.asarray(np.hypot(x, y))
    angles = 2 * np.pi * (np.arange(blades) + 0.5) / blades
    edges = np.stack([x * np.cos(a) + y * np.sin(a) for a in angles])
    return np.asarray(edges.max(axis=0))


def _coverage(distance: NDArray[np.float64], radius: float) -> NDArray[np.float64]:
    """The antialiased aperture: the share of a pixel inside an edge that is locally straight."""
    return np.clip(radius + 0.5 - distance, 0.0, 1.0)


def _solve_radius(distance: NDArray[np.float64], c: float) -> float:
    def excess(radius: float) -> float:
        return second_moment(_coverage(distance, radius)) - c**2 / 16

    return float(brentq(excess, 0.0, c / 2 + 1.0, xtol=1e-9))


def _widest(blades: int) -> float:
    """Circumradius over apothem."""
    return 1.0 if blades == DISC else 1.0 / math.cos(math.pi / blades)
