"""Dead leaves: opaque shapes of random size, place, form and colour that occlude one another.

Lee, Mumford & Huang, "Occlusion models for natural images", IJCV 2001: radii of density ~ r⁻³ give
images whose statistics do not change with scale, as those of natural images hardly do.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from restorebench.types import Array


@dataclass(frozen=True, eq=False)
class Leaf:
    """One leaf, in pixels of the canvas on which it is drawn.

    Centre (x, y), circumscribed radius r, `aspect` ≤ 1 of its axes, rotation `angle`; `edges` are
    the directions and distances (relative to r) of the sides that cut the ellipse to a polygon,
    ``(E, 2)``, or empty; `colour` in linear light, ``(3,)``; `texture` is the index of a field, of
    `contrast`; `shading` is the change of light from the centre to the rim, along x and y.
    """

    x: float
    y: float
    r: float
    aspect: float
    angle: float
    edges: NDArray[np.float64]
    colour: Array
    texture: int
    contrast: float
    shading: tuple[float, float]


def radii(rng: np.random.Generator, count: int, low: float, high: float) -> NDArray[np.float64]:
    """Radii in [low, high] of density ~ r⁻³, ``(count,)``, by inverting the distribution."""
    u = rng.random(count)
    drawn: NDArray[np.float64] = (low**-2 - u * (low**-2 - high**-2)) ** -0.5
    return drawn


def polygon(rng: np.random.Generator) -> NDArray[np.float64]:
    """The sides of a random convex polygon, ``(E, 2)``; none for an ellipse."""
    kind = rng.random()
    if kind < 0.4:
        return np.zeros((0, 2))
    if kind < 0.7:  # a square; the leaf's aspect makes it a rectangle
        return np.stack([np.arange(4) * np.pi / 2, np.full(4, 0.7)], axis=1)
    sides = int(rng.integers(3, 8))
    turn = (np.arange(sides) + rng.uniform(-0.25, 0.25, sides)) * 2 * np.pi / sides
    return np.stack([turn, rng.uniform(0.5, 0.85, sides)], axis=1)


def paint(
    leaf: Leaf, textures: Array, premultiplied: Array, alpha: Array, origin: tuple[int, int]
) -> None:
    """Lay a leaf over a plane, in place: premultiplied light ``(3, h, w)`` and alpha ``(1, h, w)``.

    The plane starts at `origin` (row, column) of the canvas; `textures` ``(T, H, W)`` of mean 0 and
    deviation 1 cover the canvas. Edges are antialiased over one pixel.
    """
    (top, left), (height, width) = origin, alpha.shape[1:]
    y0, y1 = _span(leaf.y, leaf.r, top, top + height)
    x0, x1 = _span(leaf.x, leaf.r, left, left + width)
    if y0 >= y1 or x0 >= x1:
        return
    y = (np.arange(y0, y1, dtype=np.float32) - np.float32(leaf.y))[:, None]
    x = np.arange(x0, x1, dtype=np.float32) - np.float32(leaf.x)
    cover = np.clip(_inside(leaf, x, y) + np.float32(0.5), 0, 1)
    slant = np.float32(leaf.shading[0] / leaf.r) * x + np.float32(leaf.shading[1] / leaf.r) * y
    light = 1 + slant + np.float32(leaf.contrast) * textures[leaf.texture, y0:y1, x0:x1]
    here = np.s_[:, y0 - top : y1 - top, x0 - left : x1 - left]
    premultiplied[here] *= 1 - cover
    premultiplied[here] += np.clip(leaf.colour[:, None, None] * light, 0, 1) * cover
    alpha[here] += cover * (1 - alpha[here])


def _inside(leaf: Leaf, x: Array, y: Array) -> Array:
    """Pixels to the leaf's edge, positive inside, exact near the edge, ``(h, w)``."""
    c, s = np.float32(np.cos(leaf.angle)), np.float32(np.sin(leaf.angle))
    a, b = np.float32(leaf.r), np.float32(leaf.r * leaf.aspect)
    u, v = (c * x + s * y) / a, (c * y - s * x) / b
    rho = np.sqrt(u * u + v * v) + np.float32(1e-6)
    slope = np.sqrt((u / a) ** 2 + (v / b) ** 2) / rho + np.float32(1e-6)
    distance: Array = ((1 - rho) / slope).astype(np.float32, copy=False)
    for turn, far in leaf.edges:
        nu, nv = np.float32(np.cos(turn)), np.float32(np.sin(turn))
        side = (np.float32(far) - nu * u - nv * v) / np.hypot(nu / a, nv / b)
        distance = np.minimum(distance, side).astype(np.float32, copy=False)
    return distance


def _span(centre: float, r: float, first: int, last: int) -> tuple[int, int]:
    """The pixels from `first` to `last` that a leaf can touch, half open."""
    return max(int(np.floor(centre - r)) - 1, first), min(int(np.ceil(centre + r)) + 2, last)
