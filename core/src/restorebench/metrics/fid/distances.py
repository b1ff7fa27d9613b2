"""Fréchet and kernel distance of two sets of features, ``(n, d)`` each."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Values: TypeAlias = NDArray[np.float64]


def frechet(x: Values, y: Values) -> float:
    """|μx − μy|² + tr(Cx + Cy − 2 (Cx Cy)^½), the distance of the Gaussians of both sets (FID).

    With Cx = AᵀA and Cy = BᵀB the trace of the root is the nuclear norm of A Bᵀ, which needs no
    root of a singular matrix, and is small where there are fewer images than features (Heusel et
    al., NeurIPS 2017, eq. 6).
    """
    difference = x.mean(axis=0) - y.mean(axis=0)
    a, b = _root(x), _root(y)
    shared = np.linalg.svd(a @ b.T, compute_uv=False).sum()
    return float(difference @ difference + (a * a).sum() + (b * b).sum() - 2 * shared)


def _root(x: Values) -> Values:
    """A matrix A of at most d rows with AᵀA = the covariance of the rows of `x`."""
    centred = (x - x.mean(axis=0)) / np.sqrt(len(x) - 1)
    return np.asarray(np.linalg.qr(centred, mode="r")) if len(x) > x.shape[1] else centred


class Kernels:
    """The cubic kernel (x·y/d + 1)³ between all features of two sets, for KID.

    Binkowski et al., ICLR 2018, eq. 4: the unbiased estimate over all images instead of the mean of
    estimates over subsets.
    """

    def __init__(self, x: Values, y: Values) -> None:
        self._xx, self._yy, self._xy = (
            (a @ b.T / x.shape[1] + 1) ** 3 for a, b in ((x, x), (y, y), (x, y))
        )

    def distance(self, counts: Values | None = None) -> float:
        """The squared distance where image i is there ``counts[i]`` times, once by default.

        An image is never compared with itself, nor with a copy of itself in its own set.
        """
        c = np.ones(len(self._xx)) if counts is None else counts
        total = c.sum()
        xx, yy, xy = (_mean_of_others(k, c) for k in (self._xx, self._yy, self._xy))
        own = c @ np.diag(self._xy) / total
        return float(xx + yy - 2 * (xy * (total - 1) + own) / total)


def _mean_of_others(kernel: Values, c: Values) -> Values:
    """The mean of ``kernel[i, j]`` over all i ≠ j, where i is there ``c[i]`` times."""
    pairs = c.sum() ** 2 - c @ c
    return np.asarray((c @ kernel @ c - c**2 @ np.diag(kernel)) / pairs)
