"""Relighting a shadow by the ratio of direct to ambient light, read off its boundary."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from restorebench.data.colour import to_linear, to_srgb
from restorebench.errors import OptionError
from restorebench.restorers.base import Context
from restorebench.types import Array, Restoration, Sample
from restorebench_shadow.matting import shadow_mask, soften

STEPS = (2, 4, 8, 16, 32)
"""Distances in pixels between the two points of a pair."""

DARKEST, BRIGHTEST = 0.003, 0.98
"""Linear light between which an 8-bit value says enough about a ratio."""

CELL = 0.2
"""The width of a cell of votes, and of the mean shift's Gaussian, in log a."""
Index: TypeAlias = tuple[slice, ...]


class IlluminationTransfer:
    """Guo, Dai & Hoiem, CVPR 2011 and TPAMI 2013: give the shadow the light it lacks.

    Per channel, ``I = J (1 − m (1 − a))`` in linear light, with the shadow's mask m and the ambient
    share ``a = 1/(1 + r)``, r the paper's ratio of direct to environment light. Pairs of points a
    few pixels apart, one in the shadow and one less so, vote for a: most pairs lie on one material,
    and the votes of those that do not cancel or are outvoted. A binary mask is softened first, as
    the paper does by matting (here by a guided filter), so that the penumbra is relit in part.

    `contrast` is the least difference of mask within a pair; `radius` that of the guided filter in
    pixels, 0 for none; `minimum` the smallest a that is believed. Raises `OptionError` for numbers
    out of range.
    """

    def __init__(self, contrast: float = 0.2, radius: int = 4, minimum: float = 0.02) -> None:
        if not (0 < contrast < 1 and radius >= 0 and 0 < minimum < 1):
            msg = (
                f"illumination-transfer: contrast={contrast:g}, radius={radius}, "
                f"minimum={minimum:g}; expected 0 < contrast < 1, radius >= 0, 0 < minimum < 1"
            )
            raise OptionError(msg)
        self.contrast, self.radius, self.minimum = contrast, radius, minimum

    def restore(self, sample: Sample, context: Context) -> Restoration:
        """The image in full light; the input where the mask has no edge to learn from.

        Raises `SampleError` for a sample without a mask.
        """
        mask = soften(shadow_mask(sample), sample.degraded[0], self.radius)
        I = to_linear(sample.degraded)  # noqa: E741
        a = ambient_share(I[0], mask[0], self.contrast, self.minimum)
        if np.all(a == 1.0):
            return Restoration(sample.degraded)
        left = 1.0 - mask * (1.0 - a[:, None, None])
        image = np.where(mask > 0, to_srgb(I / left), sample.degraded)
        return Restoration(image.astype(np.float32))


def ambient_share(I: Array, mask: Array, contrast: float = 0.2, minimum: float = 0.02) -> Array:  # noqa: E741
    """The a that most pairs across the shadow's edge vote for, ``(3,)``.

    `I` is linear light ``(3, H, W)``, `mask` ``(H, W)``. A vote is one point in the joint space of
    the three channels, as in the paper; the densest place there wins. Near pairs weigh more, as
    one over their distance. 1 (no change) where no pair has that contrast of mask.
    """
    found = [(step, _votes(I, mask, p, q, contrast)) for step, p, q in _neighbours()]
    votes = np.concatenate([vote for _, vote in found], axis=1)
    weight = np.concatenate([np.full(vote.shape[1], 1.0 / step) for step, vote in found])
    believed = np.all((votes > minimum) & (votes < 1.2), axis=0)
    if not believed.any():
        return np.ones(3, np.float32)
    return np.exp(_mode(np.log(votes[:, believed]), weight[believed])).astype(np.float32)


def _neighbours() -> Iterator[tuple[int, Index, Index]]:
    """The step and the index pairs of all points that lie a step apart in a row or a column."""
    every = slice(None)
    for step in STEPS:
        before, after = slice(None, -step), slice(step, None)
        yield step, (every, before), (every, after)
        yield step, (before, every), (after, every)


def _votes(I: Array, mask: Array, p: Index, q: Index, contrast: float) -> Array:  # noqa: E741
    """The a that would make J equal at p and q, of each pair with that contrast, ``(3, N)``.

    ``I_p / I_q = (1 − m_p b) / (1 − m_q b)`` with b = 1 − a gives
    ``b = (I_q − I_p) / (m_p I_q − m_q I_p)``.
    """
    usable = np.all((I > DARKEST) & (I < BRIGHTEST), axis=0)
    m_p, m_q = mask[p], mask[q]
    kept = usable[p] & usable[q] & (np.abs(m_p - m_q) >= contrast)
    I_p, I_q = I[:, *p][:, kept], I[:, *q][:, kept]
    below = m_p[kept] * I_q - m_q[kept] * I_p
    below = np.where(np.abs(below) < 1e-6, np.inf, below)
    return (1.0 - (I_q - I_p) / below).astype(np.float32)


def _mode(points: Array, weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """The densest place of a cloud ``(3, N)``: the fullest cell, then mean shift from there."""
    edges = [np.arange(x.min(), x.max() + 2 * CELL, CELL) for x in points]
    counts, _ = np.histogramdd(points.T, edges, weights=weight)
    smooth = gaussian_filter(counts, 1.0, mode="constant")
    cell = np.unravel_index(np.argmax(smooth), smooth.shape)
    centre = np.array([e[i] + CELL / 2 for e, i in zip(edges, cell, strict=True)])
    for _ in range(20):
        distance2 = ((points - centre[:, None]) ** 2).sum(axis=0) / CELL**2
        pull = weight * np.exp(-0.5 * distance2)
        centre = (points * pull).sum(axis=1) / pull.sum()
    return centre
