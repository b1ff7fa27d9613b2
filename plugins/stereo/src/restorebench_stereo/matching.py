"""Correspondence of two rectified views by block matching, with a left-right check.

Scharstein & Szeliski, "A taxonomy and evaluation of dense two-frame stereo correspondence
algorithms", IJCV 2002: truncated absolute difference, square window, winner takes all, parabola
through the three lowest costs, cross-check.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import median_filter, minimum_filter, uniform_filter

from restorebench.types import Array
from restorebench_stereo.sampling import SUPPORT, sampled

WINDOW = 9
"""Pixels across the matching window."""

TRUNCATION = 0.1
"""A pixel's difference counts no more than this (of 1): an occluded pixel must not decide."""

AGREEMENT = 1.0
"""Pixels by which the disparities of the two views may differ where they see the same point."""

SOFT = 5
"""Pixels across the median of the disparities, and over which trust fades in."""

COST = 0.05
"""The largest mean difference (of 1) in a window that is taken for a match."""


@dataclass(frozen=True, eq=False)
class Match:
    """Where one view's pixels stand in the other: `columns` ``(H, W)``, and trust in it, 0 … 1."""

    columns: Array
    trusted: Array

    def fetch(self, other: Array) -> Array:
        """The other view ``(C, H, W)``, seen from this one."""
        return sampled(other, self.columns)


def match(left: Array, right: Array, search: int) -> tuple[Match, Match]:
    """Left and right view ``(3, H, W)``, disparities 0 … `search` px, to both views' `Match`."""
    d_left, cost_left = _disparity(left, right, 1, search)
    d_right, cost_right = _disparity(right, left, -1, search)
    x = np.arange(left.shape[2], dtype=np.float32)
    return (
        _checked(x - d_left, d_left, d_right, cost_left),
        _checked(x + d_right, d_right, d_left, cost_right),
    )


def _checked(columns: Array, mine: Array, other: Array, cost: Array) -> Match:
    agrees = np.abs(sampled(other[None], columns)[0] - mine) < AGREEMENT
    inside = (columns > SUPPORT) & (columns < columns.shape[1] - 1 - SUPPORT)
    trusted = (agrees & inside & (cost < COST)).astype(np.float32)
    # Trust fades in from the edge of a trusted region; a lone trusted pixel has none.
    return Match(columns, uniform_filter(minimum_filter(trusted, SOFT), SOFT))


def _disparity(view: Array, other: Array, sign: int, search: int) -> tuple[Array, Array]:
    """d such that ``view(x)`` looks like ``other(x − sign·d)``, and its cost, both ``(H, W)``."""
    # One more candidate at either end, for the parabola.
    costs = np.stack([_cost(view, other, sign * d) for d in range(-1, search + 2)])
    best = costs[1:-1].argmin(axis=0) + 1
    below, least, above = (
        np.take_along_axis(costs, (best + k)[None], axis=0)[0] for k in (-1, 0, 1)
    )
    curvature = np.maximum(below - 2 * least + above, 1e-6)
    vertex = np.clip((below - above) / (2 * curvature), -0.5, 0.5)
    return median_filter((best - 1 + vertex).astype(np.float32), SOFT), least


def _cost(view: Array, other: Array, shift: int) -> Array:
    # What rolls over the image's edge is never trusted: its columns are outside.
    difference = np.abs(view - np.roll(other, shift, axis=2)).mean(axis=0)
    cost: Array = uniform_filter(np.minimum(difference, np.float32(TRUNCATION)), WINDOW)
    return cost
