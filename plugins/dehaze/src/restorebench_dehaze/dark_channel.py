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
from restorebench.types import Array, Restoration, Sample
from restorebench_dehaze.guided_filter import STRIP, guided_filter

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
        return Restoration(np.stack([self._clipped(view) for view in sample.degraded]))

    def transmission(self, I: Image, A: Image) -> Image:  # noqa: E741
        """t = 1 − ω·dark(I / A), refined with I as the guide, ``(H, W)``."""
        darkest = np.empty(I.shape[1:])
        for rows in _strips(I):
            darkest[rows] = (I[:, rows].astype(np.float64) / A).min(axis=0)
        coarse = 1 - self.omega * _least(darkest, self.patch)
        return guided_filter(I, coarse, self.radius, self.eps)

    def _clipped(self, I: Array) -> Array:  # noqa: E741
        """J = (I − A) / max(t, t₀) + A of a view, clipped; t₀ bounds the gain of noise."""
        A = airlight(I, self.patch)[:, None, None]
        t = np.maximum(self.transmission(I, A), self.t0)
        J = np.empty_like(I)
        for rows in _strips(I):
            J[:, rows] = ((I[:, rows].astype(np.float64) - A) / t[rows] + A).clip(0, 1)
        return J


def dark_channel(image: Image, patch: int) -> Image:
    """The least value of any channel in a `patch`×`patch` window, ``(H, W)``."""
    return _least(image.min(axis=0), patch)


def airlight(image: Image, patch: int) -> Image:
    """A ``(3,)``: of the 0.1 % haziest pixels by dark channel, the most intense one."""
    dark = dark_channel(image, patch).ravel()
    haziest = _largest(dark, max(1, round(BRIGHTEST * dark.size)))
    colours = image.reshape(3, -1)[:, haziest].astype(np.float64)
    brightest: Image = colours[:, colours.sum(axis=0).argmax()]
    return np.maximum(brightest, 1 / 255)  # a black image has no airlight to divide by


def _least(plane: Image, patch: int) -> Image:
    darkest: Image = minimum_filter(plane, size=patch, mode="nearest")
    return darkest


def _largest(values: Image, count: int) -> NDArray[np.intp]:
    """The places of the `count` largest, in falling order; equal ones in their own order."""
    least = np.partition(values, values.size - count)[values.size - count]
    candidates = np.flatnonzero(values >= least)
    return candidates[np.argsort(-values[candidates], kind="stable")[:count]]


def _strips(image: Image) -> list[slice]:
    """Rows of about `STRIP` pixels: bounds the memory of 24-megapixel images."""
    _, height, width = image.shape
    rows = max(1, STRIP // width)
    return [slice(top, top + rows) for top in range(0, height, rows)]


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
