"""Mean absolute error in CIE L*a*b*, which shadow-removal papers print as "RMSE"."""

from __future__ import annotations

import importlib
import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from restorebench.errors import ProtocolError
from restorebench.metrics.metric import Mask, Metric
from restorebench.metrics.protocol import Measure
from restorebench.metrics.tiles import strips
from restorebench.types import Pixels

BRADFORD = np.array(
    [
        [1.0478112, 0.0228866, -0.0501270],
        [0.0295424, 0.9904844, -0.0170491],
        [-0.0092345, 0.0150436, 0.7521316],
    ]
)
"""Chromatic adaptation of XYZ from D65 to D50 (Lam's Bradford transform, as in the ICC's sRGB)."""


class LabMae(Metric):
    """The mean over pixels of |ΔL*| + |Δa*| + |Δb*|.

    The three differences are *added*, as the evaluation code of the ISTD papers does (a mean over
    channels would be a third of it). Option `white`: ``"d65"``, sRGB's own and what scikit-image
    and OpenCV take, or ``"d50"``, what MATLAB's ``makecform('srgb2lab')`` adapts to.
    """

    def compute(
        self, prediction: Pixels, target: Pixels, region: Mask | None, measure: Measure
    ) -> float:
        """Mean absolute error of one view, ``(3, H, W)``."""
        white = measure.option("white")
        if measure.channels != "lab" or white not in ("d65", "d50"):
            msg = f"{measure.metric!r} is of channels 'lab' and of white 'd65' or 'd50'"
            raise ProtocolError(msg)
        sums, count = [], 0
        for rows in strips(target.shape[1]):
            difference = lab(prediction[:, rows], white) - lab(target[:, rows], white)
            distance = np.abs(difference).sum(axis=0)
            distance = distance if region is None else distance[region[rows]]
            sums.append(float(distance.sum()))
            count += distance.size
        return math.fsum(sums) / count


def lab(pixels: Pixels, white: object = "d65") -> NDArray[np.float64]:
    """8-bit sRGB ``(3, h, w)`` to L*a*b* ``(3, h, w)`` float64 (IEC 61966-2-1; CIE 15)."""
    color: Any = importlib.import_module("skimage.color")

    xyz = color.rgb2xyz(pixels / 255.0, channel_axis=0)
    if white == "d50":
        xyz = np.tensordot(BRADFORD, xyz, axes=1)
        own = BRADFORD @ color.rgb2xyz(np.ones(3))
        # skimage's D50 differs from the adapted white in the fifth digit: grey must stay grey
        standard = np.asarray(color.xyz_tristimulus_values(illuminant="D50", observer="2"))
        xyz *= (standard / own)[:, None, None]
    values: NDArray[np.float64] = color.xyz2lab(xyz, illuminant=str(white).upper(), channel_axis=0)
    return values


metric = LabMae()
