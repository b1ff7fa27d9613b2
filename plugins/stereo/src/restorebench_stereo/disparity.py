"""Two parallel cameras, rectified: depth to disparity, and where each of them sees a point.

With focal length f (px), baseline B (m) and depth Z (m), the disparity is d = f·B / Z (px). The
cameras stand at −B/2 and +B/2 of the scene's own (cyclopean) camera, so that a point at column x
of the scene is at x_L = x + d/2 in the left view and at x_R = x − d/2 in the right one:
x_L − x_R = d > 0, and near things move more (Hartley & Zisserman, Multiple View Geometry, ch. 9).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TypeVar

from restorebench.types import Array

Number = TypeVar("Number", float, Array)

LEFT, RIGHT = 0.5, -0.5
"""The share of its disparity by which a point moves to the right, in each view."""

BASELINE = 0.16
"""Metres between the cameras: with f = 384 px, 1.5 m … 40 m become 41 … 1.5 px."""


@dataclass(frozen=True)
class Rig:
    """A stereo camera: `focal` f in pixels of the target, `baseline` B in metres."""

    focal: float
    baseline: float = BASELINE

    @classmethod
    def for_width(cls, width: int) -> Rig:
        """A lens that sees 53° across an image of `width` pixels: f = width."""
        return cls(float(width))

    def disparity(self, depth: Number) -> Number:
        """d = f·B / Z in pixels, for Z in metres (a number or an array)."""
        return self.focal * self.baseline / depth

    def reach(self, nearest: float) -> int:
        """The whole columns by which a view looks past the scene's edge, if nothing is nearer."""
        return ceil(self.disparity(nearest) / 2)
