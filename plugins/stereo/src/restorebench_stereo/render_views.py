"""The left and the right view: of a layered scene, and of a single photograph with depth."""

from __future__ import annotations

from math import ceil

import numpy as np

from restorebench.data.scenes import Layer, Scene
from restorebench.types import Array
from restorebench_stereo.disparity import LEFT, RIGHT, Rig
from restorebench_stereo.sampling import SUPPORT, moved, sampled

_SEEN = 1e-3
"""Coverage below which a layer's colour does not matter (a quarter of an 8-bit step)."""


def stereo_views(scene: Scene, rig: Rig) -> Array:
    """Left and right view of `scene` in linear light, ``(2, 3, H, W)``.

    Every layer moves as a whole by its own disparity and is then laid over those behind it. The
    layers are complete, so what one view hides and the other shows is there, exactly.
    Raises `SampleError` where the scene's margin is narrower than half the largest disparity.
    """
    return np.stack([view(scene, rig, side) for side in (LEFT, RIGHT)])


def view(scene: Scene, rig: Rig, side: float) -> Array:
    """The scene from `side` of the baseline (`LEFT`, `RIGHT`, or 0 between), ``(3, H, W)``."""
    image = np.zeros((3, scene.height, scene.width), np.float32)
    for layer in scene.layers:
        radiance, alpha = _moved_layer(scene, layer, side * rig.disparity(layer.depth))
        image += alpha * (radiance - image)
    return image


def _moved_layer(scene: Scene, layer: Layer, shift: float) -> tuple[Array, Array]:
    """Radiance and coverage of `layer` after its move, within the image.

    The kernel runs over radiance × coverage, or the unseen colour behind an edge would leak in.
    Its overshoot beside a step edge lies wholly outside [0, 1] of coverage and is clipped there,
    so that no halo comes with an edge.
    """
    rows = slice(scene.margin, scene.margin + scene.height)
    alpha, radiance = layer.alpha[:, rows], layer.radiance[:, rows]
    stack = np.concatenate([alpha * radiance, alpha])
    out = moved(stack, shift, scene.margin, scene.width)
    coverage = out[3:]
    colour = out[:3] / np.maximum(coverage, _SEEN)
    return np.clip(colour, 0.0, radiance.max()), np.clip(coverage, 0.0, 1.0)


def views_of_photograph(linear: Array, depth: Array, rig: Rig) -> Array:
    """Two views of one photograph laid on the surface `depth`, linear light, ``(2, 3, H, w)``.

    `linear` ``(3, H, W)``, `depth` ``(1, H, W)`` metres. Each view reads the photograph backwards,
    at x ∓ d(x)/2. That is exact where depth does not change along a row, as on a ground plane;
    there is nothing behind anything, so no occlusion. Columns that a view would need from outside
    the photograph are cut off: w = W − 2·margin.
    """
    width = linear.shape[2]
    disparity = rig.disparity(depth[0])
    margin = ceil(float(disparity.max()) / 2) + SUPPORT
    columns = np.arange(margin, width - margin, dtype=np.float32)
    inner = disparity[:, margin : width - margin]
    views = [sampled(linear, columns - np.float32(side) * inner) for side in (LEFT, RIGHT)]
    return np.clip(np.stack(views), 0.0, None)
