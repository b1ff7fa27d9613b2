"""Colour transfer from the lit part of an image to its shadow, by means and deviations."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from restorebench.data.colour import to_linear, to_srgb
from restorebench.restorers.base import Context
from restorebench.types import Array, Restoration, Sample
from restorebench_shadow.matting import shadow_mask

_LMS_FROM_RGB = np.array(
    [[0.3811, 0.5783, 0.0402], [0.1967, 0.7244, 0.0782], [0.0241, 0.1288, 0.8444]]
)
_LAB_FROM_LOG = np.diag([3**-0.5, 6**-0.5, 2**-0.5]) @ np.array(
    [[1.0, 1.0, 1.0], [1.0, 1.0, -2.0], [1.0, -1.0, 0.0]]
)
_FLOOR = 1e-3
"""Linear light that stands for black, whose logarithm there is none of."""


class ColourTransfer:
    """Reinhard, Ashikhmin, Gooch & Shirley, IEEE CG&A 2001: give the shadow the lit statistics.

    In the decorrelated space lαβ, the full shadow's mean and standard deviation become
    those of the lit part; the penumbra gets its share of the change in log light. The
    two parts are taken to show the same materials, which they seldom do: a foil for methods that
    look at the boundary.
    """

    def restore(self, sample: Sample, context: Context) -> Restoration:
        """The image with its shadow recoloured; the input where shadow or light is lacking.

        Raises `SampleError` for a sample without a mask.
        """
        mask = shadow_mask(sample)[0]
        shadow, lit = mask >= 0.5, mask < 0.05
        if not (shadow.any() and lit.any()):
            return Restoration(sample.degraded)
        lab = _to_lab(to_linear(sample.degraded[0]))
        matched = _match(lab, lab[:, shadow], lab[:, lit])
        light = _to_linear(lab + mask * (matched - lab))
        image = np.where(mask > 0, to_srgb(light), sample.degraded[0])
        return Restoration(image[None].astype(np.float32))


def _match(
    value: NDArray[np.float64], source: NDArray[np.float64], target: NDArray[np.float64]
) -> NDArray[np.float64]:
    """`value`, moved and stretched as takes `source` to `target`; a flat source is only moved."""
    (mean_s, std_s), (mean_t, std_t) = (
        (x.mean(axis=1)[:, None, None], x.std(axis=1)[:, None, None]) for x in (source, target)
    )
    gain = np.where(std_s > 1e-6, std_t / np.maximum(std_s, 1e-6), 1.0)
    matched: NDArray[np.float64] = (value - mean_s) * gain + mean_t
    return matched


def _to_lab(light: Array) -> NDArray[np.float64]:
    """Linear RGB ``(3, H, W)`` to lαβ, log₁₀."""
    lms = np.tensordot(_LMS_FROM_RGB, np.maximum(light, _FLOOR), 1)
    return np.tensordot(_LAB_FROM_LOG, np.log10(lms), 1)


def _to_linear(lab: NDArray[np.float64]) -> NDArray[np.float64]:
    """The exact inverse of `_to_lab`."""
    lms = 10.0 ** np.tensordot(np.linalg.inv(_LAB_FROM_LOG), lab, 1)
    return np.tensordot(np.linalg.inv(_LMS_FROM_RGB), lms, 1)
