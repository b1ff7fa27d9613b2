"""Bright specks in the background: small lamps and glints, which become bokeh balls.

They are far brighter than an 8-bit white. A sharp image clips them, and what is lost there no
restorer can know; a blurred one spreads their light, all of it, into the shape of the aperture.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from restorebench.data.scenes import Scene
from restorebench.types import Array
from restorebench_bokeh.aperture import aperture_kernel

COUNT = (3, 9)
LIGHT = (15.0, 60.0)
"""Linear light of a speck, summed over its pixels; a white pixel has 1."""

SPECK = 1.5
"""Diameter in pixels."""


def with_highlights(scene: Scene, rng: np.random.Generator, beyond: float) -> Scene:
    """`scene` with 3 to 8 specks where what is seen is farther than `beyond` metres.

    None where nothing is that far.
    """
    m, depth = scene.margin, scene.depth_map()[0]
    light: dict[float, Array] = {}
    spots = np.argwhere(depth > beyond)
    if not spots.size:
        return scene
    for y, x in rng.choice(spots, int(rng.integers(*COUNT))):
        layer = light.setdefault(float(depth[y, x]), np.zeros_like(scene.layers[0].radiance))
        colour = (rng.uniform(*LIGHT) * rng.dirichlet([8.0, 8.0, 8.0]) * 3).astype(np.float32)
        _add(layer, y + m, x + m, colour[:, None, None] * aperture_kernel(SPECK))
    layers = [
        replace(each, radiance=each.radiance + light[depth]) if depth in light else each
        for each in scene.layers
        for depth in (float(np.float32(each.depth)),)
    ]
    return replace(scene, layers=tuple(layers))


def _add(image: Array, y: int, x: int, patch: Array) -> None:
    """Add `patch` ``(3, k, k)`` centred at (y, x), cut at the border."""
    half = patch.shape[-1] // 2
    rows = slice(max(y - half, 0), y + half + 1)
    columns = slice(max(x - half, 0), x + half + 1)
    inside = image[:, rows, columns]
    top, left = max(half - y, 0), max(half - x, 0)
    inside += patch[:, top : top + inside.shape[1], left : left + inside.shape[2]]
