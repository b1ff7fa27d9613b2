"""A layered scene through a thin lens: each plane blurred by its circle of confusion, in order.

The planes are complete behind one another, so that a blurred foreground shows the background
it really hides, and a sharp one is unaffected by the blur behind it.
"""

from __future__ import annotations

import numpy as np

from restorebench.data.scenes import Scene
from restorebench.types import Array
from restorebench_bokeh.aperture import aperture_kernel, blur
from restorebench_bokeh.lens import blur_diameter
from restorebench_bokeh.metadata import Lens


def render(scene: Scene, lens: Lens, focus: float, disparity: float) -> Array:
    """Linear light ``(3, H, W)``, not clipped: bright specks keep their energy.

    From far to near, out ← k∗(αL) + (1 − k∗α)·out, with k the aperture at the plane's circle of
    confusion: premultiplied "over" (Porter & Duff, SIGGRAPH 1984), so that no light is made or
    lost at an edge. `focus` Z_f in metres; `disparity` D in pixels.
    """
    out = np.zeros_like(scene.layers[0].radiance)
    for layer in scene.layers:
        c = float(blur_diameter(layer.depth, focus, disparity, lens.f_number))
        kernel = aperture_kernel(c, lens.blades)
        covered = blur(np.concatenate([layer.alpha * layer.radiance, layer.alpha]), kernel)
        out = covered[:3] + (1.0 - covered[3:]) * out
    m = scene.margin
    return np.maximum(out[:, m : m + scene.height, m : m + scene.width], 0.0)
