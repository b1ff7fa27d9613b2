"""The guide map of both lenses: their circles of confusion, pixel by pixel."""

from __future__ import annotations

import numpy as np

from restorebench.errors import SampleError
from restorebench.types import Array, Sample
from restorebench_bokeh.condition import Condition

UNIT = 10.0
"""Pixels of diameter that count as 1."""


def circles_of_confusion(sample: Sample) -> Array:
    """Diameters of the source's and the target's circle of confusion, float32 ``(2, H, W)``.

    In units of ten pixels; negative in front of the focus, so that what hides and what is hidden
    differ. Raises `SampleError` where depth or condition are missing.
    """
    where = f"circles-of-confusion: sample {sample.id!r}"
    if sample.depth is None:
        msg = f"{where} has no depth map; these weights need metres per pixel, (1, H, W)"
        raise SampleError(msg)
    condition = Condition.read(sample.condition, where)
    depth = np.maximum(sample.depth[0].astype(np.float64), 1e-3)
    side = np.sign(depth - condition.focus_distance)
    blurs = (np.abs(blur(depth)) for blur in (condition.source_blur, condition.target_blur))
    return np.stack([side * blur / UNIT for blur in blurs]).astype(np.float32)
