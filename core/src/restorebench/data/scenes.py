"""Procedural scenes in linear light with exact depth: dead leaves on planes, far to near."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from restorebench.data.canvas import MAX_MARGIN, Canvas
from restorebench.data.noise import fractal_noise
from restorebench.data.planes import Layer, layers
from restorebench.errors import SampleError
from restorebench.types import Array

__all__ = ["MAX_MARGIN", "Layer", "Scene", "fractal_noise", "scene", "scene_ids"]


@dataclass(frozen=True, eq=False)
class Scene:
    """Planes from far to near, the first opaque, of ``(height + 2·margin, width + 2·margin)``.

    The margin holds what a shifted or blurred view sees from beyond the image's border.
    """

    id: str
    height: int
    width: int
    margin: int
    layers: tuple[Layer, ...]

    def composite(self) -> Array:
        """The image seen straight on, all in focus: linear light in [0, 1], ``(3, H, W)``."""
        light = np.zeros_like(self._inner(self.layers[0].radiance))
        for layer in self.layers:
            alpha = self._inner(layer.alpha)
            light += alpha * (self._inner(layer.radiance) - light)
        return light

    def depth_map(self) -> Array:
        """Metres to the nearest plane that covers at least half of the pixel, ``(1, H, W)``."""
        depth = np.full((1, self.height, self.width), self.layers[0].depth, np.float32)
        for layer in self.layers:
            depth[self._inner(layer.alpha) >= 0.5] = layer.depth
        return depth

    def _inner(self, value: Array) -> Array:
        m = self.margin
        return value[:, m : m + self.height, m : m + self.width]


def scene_ids(split: str, count: int) -> tuple[str, ...]:
    """The ids of a split's first `count` scenes; another split's ids are other scenes."""
    return tuple(f"{split}-{index:04d}" for index in range(count))


def scene(scene_id: str, height: int, width: int, *, margin: int = 0) -> Scene:
    """The scene of that id: 12 to 20 planes between 1.5 m and 40 m, the background the farthest.

    A pure function of its arguments. The margin adds to the canvas and changes nothing inside it.
    Raises `SampleError` for a margin beyond `MAX_MARGIN` or an empty image.
    """
    if not 0 <= margin <= MAX_MARGIN or min(height, width) < 1:
        msg = (
            f"scene {scene_id!r}: cannot make {height}×{width} with a margin of {margin}; the size "
            f"must be positive and the margin between 0 and {MAX_MARGIN}"
        )
        raise SampleError(msg)
    planes = layers(Canvas(scene_id, height, width, margin))
    return Scene(scene_id, height, width, margin, tuple(planes))
