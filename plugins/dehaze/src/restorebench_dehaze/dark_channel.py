"""Dark channel prior with guided-filter refinement (He, Sun and Tang, TPAMI 2011 and 2013).

Letters of the papers: I hazy, J clear, A airlight, t transmission, ω the share of haze removed,
Ω the patch, t₀ the lowest transmission. All of it works on the image's sRGB-encoded values, as
the paper did: the prior's statistics and its parameters were found on encoded photographs. Haze
mixes linear light, so even a perfect t would leave an error here; that is part of the method.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import minimum_filter

from restorebench.errors import OptionError
from restorebench.restorers.base import Context
from restorebench.types import Restoration, Sample
from restorebench_dehaze.guided_filter import guided_filter

Image = NDArray[np.floating[Any]]

BRIGHTEST = 0.001
"""The share of pixels, by dark channel, among which the airlight is sought (2011)."""


class DarkChannel:
    """Haze removal by the dark channel prior; every view on its own.

    Options, with the papers' values: `omega` 0.95, `patch` 15 (pixels, odd), `t0` 0.1; for the
    guided filter `radius` 60 pixels and `eps` 1e-3 (of values in [0, 1], squared). Raises
    `OptionError` where one does not fit.
    """

    def __init__(
        self,
        *,
        omega: float = 0.95,
        patch: int = 15,
        radius: int = 60,
        eps: float = 1e-3,
        t0: float = 0.1,
    ) -> None:
        _check("omega", omega, "a number in [0, 1]", lambda v: 0 <= v <= 1)
        _check("patch", patch, "an odd number of pixels", lambda v: v >= 1 and v % 2 == 1, int)
        _check("radius", radius, "a positive number of pixels", lambda v: v >= 1, int)
        _check("eps", eps, "a positive number", lambda v: 0 < v < np.inf)
        _check("t0", t0, "a number in (0, 1]", lambda v: 0 < v <= 1)
        self.omega, self.patch, self.radius, self.eps, self.t0 = omega, patch, radius, eps, t0

    def restore(self, sample: Sample, context: Context) -> Restoration:
        """The image without haze, clipped to [0, 1]."""
        views = [self.dehaze(view.astype(np.float64)) for view in sample.degraded]
        return Restoration(np.stack(views).clip(0, 1).astype(np.float32))

    def dehaze(self, I: Image) -> Image:  # noqa: E741
        """J = (I − A) / max(t, t₀) + A, ``(3, H, W)``; t₀ bounds the gain of noise."""
        A = airlight(I, self.patch)[:, None, None]
        t = np.maximum(self.transmission(I, A), self.t0)
        J: Image = (I - A) / t + A
        return J

    def transmission(self, I: Image, A: Image) -> Image:  # noqa: E741
        """t = 1 − ω·dark(I / A), refined with I as the guide, ``(H, W)``."""
        coarse = 1 - self.omega * dark_channel(I / A, self.patch)
        return guided_filter(I, coarse, self.radius, self.eps)


def dark_channel(image: Image, patch: int) -> Image:
    """The least value of any channel in a `patch`×`patch` window, ``(H, W)``."""
    darkest: Image = minimum_filter(image.min(axis=0), size=patch, mode="nearest")
    return darkest


def airlight(image: Image, patch: int) -> Image:
    """A ``(3,)``: of the 0.1 % haziest pixels by dark channel, the most intense one."""
    dark = dark_channel(image, patch).ravel()
    count = max(1, round(BRIGHTEST * dark.size))
    haziest = np.argsort(-dark, kind="stable")[:count]
    colours = image.reshape(3, -1)[:, haziest]
    brightest: Image = colours[:, colours.sum(axis=0).argmax()]
    return np.maximum(brightest, 1 / 255)  # a black image has no airlight to divide by


def _check(
    name: str,
    value: float,
    expected: str,
    fits: Callable[[float], bool],
    kind: type[int] | tuple[type[int], type[float]] = (int, float),
) -> None:
    if not isinstance(value, kind) or isinstance(value, bool) or not fits(value):
        msg = f"dark-channel: {name}={value!r} does not fit; expected {expected}"
        raise OptionError(msg)
