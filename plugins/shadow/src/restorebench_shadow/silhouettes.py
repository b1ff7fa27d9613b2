"""Procedural outlines of what stands between the sun and the scene: 1 where light is blocked.

Each is a square, ``(N, N)`` float32 in [0, 1], to be stretched over an occluder's plane. What lies
beyond the square continues its border: a trunk that leaves it goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from restorebench.data.noise import fractal_noise
from restorebench.types import Array

N = 320
"""Texels along a side."""


def _grid() -> tuple[Array, Array]:
    axis = np.linspace(-1.0, 1.0, N, dtype=np.float32)
    x, y = np.meshgrid(axis, axis)
    return x, y


def _solid(distance: NDArray[Any]) -> Array:
    """1 where a signed distance (units of half a side) is negative; one texel of transition."""
    return np.clip(0.5 - distance * (N / 2), 0.0, 1.0).astype(np.float32)


def _bar(ax: float, ay: float, bx: float, by: float, thickness: float) -> Array:
    """A straight bar with round ends from a to b."""
    x, y = _grid()
    dx, dy = bx - ax, by - ay
    along = np.clip(((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy), 0.0, 1.0)
    return _solid(np.hypot(x - ax - along * dx, y - ay - along * dy) - thickness / 2)


def building(rng: np.random.Generator) -> Array:
    """A block of three or four parts of unequal height, one of them with a gable."""
    x, y = _grid()
    parts = int(rng.integers(3, 5))
    walls = np.linspace(-0.85, 0.85, parts + 1)
    roofs = rng.uniform(-0.7, 0.1, parts)
    level = roofs[np.clip(np.searchsorted(walls, x) - 1, 0, parts - 1)]
    gable = np.abs(x - rng.uniform(-0.4, 0.4)) - 0.9
    inside = np.minimum(level - y, np.maximum(gable - y, np.abs(x) - 0.6))
    return _solid(np.maximum.reduce([inside, np.abs(x) - 0.85, y - 0.85]))


def polygon(rng: np.random.Generator) -> Array:
    """A convex polygon of four to seven sides: an awning, a sign, a lorry."""
    x, y = _grid()
    sides = int(rng.integers(4, 8))
    angles = 2 * np.pi * (np.arange(sides) + rng.uniform(-0.25, 0.25, sides)) / sides
    reach = rng.uniform(0.45, 0.8, sides)
    forms = [x * np.cos(t) + y * np.sin(t) - r for t, r in zip(angles, reach, strict=True)]
    return _solid(np.max(forms, axis=0))


def blob(rng: np.random.Generator) -> Array:
    """A lump with an uneven outline: a bush, a heap."""
    x, y = _grid()
    wobble = fractal_noise(rng, N, N, exponent=4.0) - 0.5
    return _solid((np.hypot(x, y) - 0.6 - 0.7 * wobble) / 2)


def branches(rng: np.random.Generator) -> Array:
    """A leafless bough: thick bars that fork into thin ones."""
    image = np.zeros((N, N), np.float32)
    ends = [(0.0, 1.1, -np.pi / 2 + rng.uniform(-0.3, 0.3), 0.7, 0.15)]
    for _ in range(15):
        x, y, heading, length, thickness = ends.pop(0)
        bx, by = x + length * np.cos(heading), y + length * np.sin(heading)
        image = np.maximum(image, _bar(x, y, bx, by, thickness))
        for side in (-1.0, 1.0):
            turn = heading + side * rng.uniform(0.2, 0.7)
            ends.append((bx, by, turn, length * rng.uniform(0.55, 0.75), thickness * 0.65))
    return image


def foliage(rng: np.random.Generator) -> Array:
    """Leaves in clusters, with gaps through which the sun throws its own image."""
    image = np.zeros((N, N), np.float32)
    centres = rng.normal(0.0, 0.35, (9, 2))
    for _ in range(170):
        cx, cy = centres[rng.integers(len(centres))] + rng.normal(0.0, 0.17, 2)
        _leaf(image, cx, cy, rng.uniform(0.05, 0.13), rng.uniform(0.0, np.pi))
    return image


def _leaf(image: Array, cx: float, cy: float, reach: float, turn: float) -> None:
    """Add one pointed leaf (two circular arcs), `reach` long to either side; clipped at ±0.95."""
    cx, cy = float(np.clip(cx, -0.8, 0.8)), float(np.clip(cy, -0.8, 0.8))
    low_x, low_y = (int((c - reach + 1.0) * N / 2) for c in (cx, cy))
    size = int(reach * N) + 2
    box = np.s_[low_y : low_y + size, low_x : low_x + size]
    x, y = (axis[box] - c for axis, c in zip(_GRID, (cx, cy), strict=True))
    u, w = x * np.cos(turn) + y * np.sin(turn), np.abs(y * np.cos(turn) - x * np.sin(turn))
    # Both arcs have radius 1.25 reach about (0, ±0.75 reach), so the tips lie at u = ±reach.
    leaf = _solid(np.hypot(u, w + 0.75 * reach) - 1.25 * reach)
    image[box] = np.maximum(image[box], leaf)


_GRID = _grid()

SILHOUETTES: Mapping[str, Callable[[np.random.Generator], Array]] = MappingProxyType(
    {
        "building": building,
        "polygon": polygon,
        "blob": blob,
        "branches": branches,
        "foliage": foliage,
    }
)
"""The kinds by name."""
