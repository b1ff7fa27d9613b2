"""The guided filter with a colour guide (He, Sun and Tang, TPAMI 2013)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter

Plane = NDArray[np.floating[Any]]


STRIP = 2**20
"""Pixels that are fitted at a time: bounds the memory of 24-megapixel images."""


def guided_filter(guide: Plane, p: Plane, radius: int, eps: float, *, strip: int = STRIP) -> Plane:
    """Filter `p` ``(H, W)`` so that its edges follow those of `guide` I ``(3, H, W)``.

    In each window of side 2·`radius` + 1, q = aᵀI + b is the least-squares fit to p, with eps·|a|²
    added to the mean squared error (equations 19 to 21); a pixel's value is the mean over the fits
    of all windows that hold it. Windows are cut at the image's border. Rows are worked on about
    `strip` pixels at a time, which changes nothing but the memory it takes.
    """
    height, width = p.shape
    rows = max(1, strip // width)
    q = np.empty((height, width))
    for top in range(0, height, rows):
        # two windows meet at a pixel, of the fit and of the mean over fits: each reaches `radius`
        first, last = max(top - 2 * radius, 0), top + rows + 2 * radius
        own = guide[:, first:last].astype(np.float64)
        part = _fit(own, p[first:last], radius, eps)
        q[top : top + rows] = part[top - first :][:rows]
    return q


def _fit(guide: Plane, p: Plane, radius: int, eps: float) -> Plane:
    mean = _WindowMean(p.shape, radius)
    mean_I, mean_p = mean(guide), mean(p)
    covariance = mean(guide[:, None] * guide[None]) - mean_I[:, None] * mean_I[None]
    cross = mean(guide * p) - mean_I * mean_p
    regular = np.moveaxis(covariance, (0, 1), (-2, -1)) + eps * np.eye(3)
    per_pixel = np.moveaxis(cross, 0, -1)[..., None]
    a = np.moveaxis(np.linalg.solve(regular, per_pixel)[..., 0], -1, 0)
    b = mean_p - (a * mean_I).sum(axis=0)
    q: Plane = (mean(a) * guide).sum(axis=0) + mean(b)
    return q


class _WindowMean:
    """The mean of each window's pixels that lie inside the image."""

    def __init__(self, shape: tuple[int, ...], radius: int) -> None:
        self._radius = radius
        self._share = self._sum(np.ones(shape))

    def __call__(self, value: Plane) -> Plane:
        return self._sum(value) / self._share

    def _sum(self, value: Plane) -> Plane:
        size = 2 * self._radius + 1
        total: Plane = uniform_filter(value, size, mode="constant", axes=(-2, -1))
        return total
