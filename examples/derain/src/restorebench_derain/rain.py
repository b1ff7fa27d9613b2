"""Rain in linear light: drops between the camera and the scene, each drawn as it falls.

D is a drop's diameter in mm, v its speed of fall in m/s, z its distance in m, R the rate in mm/h,
T the exposure in s, f the focal length in pixels. A drop covers π/4·(f·D/z)² pixels and falls
f·v·T/z of them during the exposure, so its streak is the fainter the longer it is: the opacity of a
pixel is the share of the exposure for which drops cover it. Rain so far away that its drops are
not resolved is a veil of the same mean opacity.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from restorebench.types import Array

FOCAL, EXPOSURE = 4000.0, 1 / 400
"""Pixels and seconds: a long lens, as watches a road."""

NEAR, FAR = 7.0, 40.0
"""Metres between which drops are drawn one by one; beyond, they are a veil."""

SMALLEST = 0.5
"""mm: smaller drops are left out of the streaks, where they would be far below a pixel."""

N0 = 8000.0
"""1/(m³·mm): of N(D) = N0·exp(−Λ·D), Marshall and Palmer (1948)."""

Reals = NDArray[np.floating[Any]]
Drops = tuple[Reals, Reals, Reals, Reals]


@dataclass(frozen=True)
class Rain:
    """Rain of `rate` R in mm/h, blown by `wind` in m/s to the right, lit by `light` (0 to 1)."""

    rate: float
    wind: float
    light: float

    @property
    def slope(self) -> float:
        """Λ = 4.1·R^−0.21, 1/mm (Marshall and Palmer, 1948)."""
        return float(4.1 * self.rate**-0.21)

    @property
    def extinction(self) -> float:
        """β, 1/m: ∫ N(D)·π/4·D² dD, what drops of all sizes cover of a line of sight."""
        return float(N0 * np.pi / 4 * 2 / self.slope**3 * 1e-6)

    def over(self, light: Array, depth: Array, random: np.random.Generator) -> Array:
        """A scene ``(3, H, W)``, linear light, seen through it; `depth` ``(1, H, W)`` in metres."""
        beyond = np.maximum(depth[0] - FAR, 0).astype(np.float32)
        opacity = self._streaks(depth[0], random) + np.float32(self.extinction) * beyond
        seen = np.exp(-opacity, dtype=np.float32)
        rainy: Array = light * seen + np.float32(self.light) * (1 - seen)
        return rainy

    def _streaks(self, depth: Array, random: np.random.Generator) -> Array:
        """Opacity ``(H, W)`` of the drops that are drawn; one behind the scene is not seen."""
        height, width = depth.shape
        x, y, z, size = self._drops(height, width, random)
        fall = fall_speed(size)
        down, right = (
            FOCAL * speed * EXPOSURE / z for speed in (fall, np.full_like(fall, self.wind))
        )
        points = np.maximum(np.ceil(1.5 * np.hypot(down, right)), 1).astype(int)
        which = np.repeat(np.arange(len(x)), points)
        along = random.random(len(which))
        across = (random.random(len(which)) - 0.5) * FOCAL * size[which] * 1e-3 / z[which]
        covered = np.pi / 4 * (FOCAL * size * 1e-3 / z) ** 2 / points
        column, row = x[which] + along * right[which] + across, y[which] + along * down[which]
        return _splat(column, row, z[which], covered[which], depth)

    def _drops(self, height: int, width: int, random: np.random.Generator) -> Drops:
        """Place in the image (pixels), distance and diameter of the drops in the view."""
        margin = 64
        area = (height + margin) * (width + 2 * margin) / FOCAL**2
        volume = area * (FAR**3 - NEAR**3) / 3
        per_m3 = N0 / self.slope * np.exp(-self.slope * SMALLEST)
        count = random.poisson(per_m3 * volume)
        z = (NEAR**3 + random.random(count) * (FAR**3 - NEAR**3)) ** (1 / 3)
        x = random.uniform(-margin, width + margin, count)
        y = random.uniform(-margin, height, count)
        return x, y, z, SMALLEST + random.exponential(1 / self.slope, count)


def fall_speed(diameter: Reals) -> Reals:
    """v = 9.65 − 10.3·exp(−0.6·D), m/s (Atlas, Srivastava and Sekhon, 1973)."""
    speed: Reals = 9.65 - 10.3 * np.exp(-0.6 * diameter)
    return speed


def draw_rain(random: np.random.Generator) -> Rain:
    """A downpour: R log-uniform in 50 to 200 mm/h, wind up to 3 m/s, drops that show the sky."""
    rate = float(np.exp(random.uniform(np.log(50), np.log(200))))
    return Rain(rate, float(random.uniform(-3, 3)), float(random.uniform(0.7, 1.0)))


def _splat(column: Reals, row: Reals, z: Reals, weight: Reals, depth: Array) -> Array:
    """Add points to the four pixels around each of them, in front of the scene only."""
    height, width = depth.shape
    total = np.zeros(height * width)
    left, top = np.floor(column).astype(int), np.floor(row).astype(int)
    for right in (0, 1):
        for below in (0, 1):
            share = np.abs(1 - right - (column - left)) * np.abs(1 - below - (row - top))
            i, j = top + below, left + right
            inside = (i >= 0) & (i < height) & (j >= 0) & (j < width)
            place = i[inside] * width + j[inside]
            seen = z[inside] < depth.ravel()[place]
            amount = (share * weight)[inside] * seen
            total += np.bincount(place, amount, minlength=height * width)
    opacity: Array = total.reshape(height, width).astype(np.float32)
    return opacity
