"""Pairs of photographs: one real pair, and pairs made from single photographs."""

from __future__ import annotations

import numpy as np

from restorebench.data.colour import quantise, to_linear, to_srgb
from restorebench.data.photographs import (
    PHOTOGRAPHS,
    assumed_depth,
    centre_crop,
    motorcycle,
    photograph,
)
from restorebench.types import Pixels
from restorebench_stereo.disparity import Rig
from restorebench_stereo.render_views import views_of_photograph

REAL = "motorcycle"
"""The one pair that two cameras took."""

LIMIT = 512
"""Pixels of a made pair's longer side, at most: the middle of a larger photograph is used."""

MULTIPLE = 4
"""Sides are cut to multiples of this, for ×4 and ×2 alike."""

NAMES = PHOTOGRAPHS


def pair(name: str) -> Pixels:
    """Left and right view of the photograph `name`, ``(2, 3, H, W)``."""
    return real_pair() if name == REAL else made_pair(name)


def real_pair() -> Pixels:
    """The Middlebury motorcycle, seen by two cameras (Scharstein et al., GCPR 2014)."""
    shot = motorcycle()
    return _cut(np.stack([shot.left, shot.right]))


def made_pair(name: str) -> Pixels:
    """Two views of the single photograph `name`, made from its assumed depth."""
    image = centre_crop(photograph(name), LIMIT)
    height, width = image.shape[-2:]
    depth = assumed_depth(name, height, width)
    views = views_of_photograph(to_linear(image / np.float32(255)), depth, Rig.for_width(width))
    return _cut(quantise(to_srgb(views)))


def _cut(pixels: Pixels) -> Pixels:
    height, width = (side - side % MULTIPLE for side in pixels.shape[-2:])
    return np.ascontiguousarray(pixels[..., :height, :width])
