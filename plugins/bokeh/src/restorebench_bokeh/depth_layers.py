"""A photograph and a depth map as a layered scene: planes of equal steps in 1/Z.

A photograph does not show what objects hide. Here each plane continues behind nearer ones, for
as far as a blurred edge can look, with the colours of its nearest visible pixels: an assumption,
and of the data set, not of nature.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt

from restorebench.data.scenes import Layer, Scene
from restorebench.types import Array

Mask = NDArray[np.bool_]


def planes(scene_id: str, light: Array, depth: Array, count: int, reach: int) -> Scene:
    """A scene of at most `count` planes, cut from an image by its depth.

    `light` is linear, ``(3, H, W)``; `depth` in metres, ``(1, H, W)``; `reach` is how many
    pixels a plane continues behind nearer ones. Composited sharply the planes give `light` back.
    """
    inverse = 1.0 / depth[0].astype(np.float64)
    edges = np.linspace(inverse.min(), inverse.max(), count + 1)
    edges[-1] = np.inf
    layers: list[Layer] = []
    for low, high in pairwise(edges):
        own = (inverse >= low) & (inverse < high)
        if own.any():
            Z = 1.0 / float(inverse[own].mean())
            behind = inverse >= high
            layers.append(_plane(light, own, behind, Z, reach if layers else None))
    _, height, width = depth.shape
    return Scene(scene_id, height, width, margin=0, layers=tuple(layers))


def _plane(light: Array, own: Mask, behind: Mask, Z: float, reach: int | None) -> Layer:
    """One plane: its own pixels, and their nearest continuation where something is in front."""
    radiance, alpha = np.zeros_like(light), np.zeros((1, *own.shape), np.float32)
    rows, columns = _box(own, reach)
    seen, hidden = own[rows, columns], behind[rows, columns]
    distance, (y, x) = distance_transform_edt(~seen, return_indices=True)
    part = seen | (hidden if reach is None else hidden & (distance <= reach))
    alpha[0, rows, columns] = part
    radiance[:, rows, columns] = light[:, rows, columns][:, y, x] * part
    return Layer(radiance, alpha, Z)


def _box(own: Mask, reach: int | None) -> tuple[slice, slice]:
    """The part of the image that a plane can touch; all of it without a `reach`."""
    if reach is None:
        return slice(None), slice(None)
    spans = [np.flatnonzero(own.any(axis)) for axis in (1, 0)]
    rows, columns = (slice(max(0, s[0] - reach), s[-1] + reach + 1) for s in spans)
    return rows, columns
