"""A classical deraining method: streaks by morphology, then the veil by the dark channel.

I is the image in linear light, A the light of the rain, o its opacity: I = J·(1 − o) + A·o. What
is bright in all three channels and only a few pixels wide is a streak; the local minimum of what
is left of the darkest channel is the veil (He, Sun and Tang, TPAMI 2011).
"""

from __future__ import annotations

import numpy as np
from scipy.ndimage import gaussian_filter, grey_opening, minimum_filter

from restorebench import Restoration, Sample
from restorebench.data.colour import to_linear, to_srgb
from restorebench.errors import OptionError
from restorebench.restorers.base import Context
from restorebench.types import Array

BRIGHTEST = 0.01
"""The share of pixels, by the least of their channels, whose mean is the light of the rain."""


class Openings:
    """Deraining without training.

    Options, chosen on the validation split: `width`, pixels that a streak is narrower than;
    `omega`, the share of the veil that is removed; `patch`, the side of the dark channel's window.
    """

    def __init__(self, *, width: int = 5, omega: float = 0.8, patch: int = 3) -> None:
        for name, value in (("width", width), ("patch", patch)):
            if value < 1 or value % 2 == 0:
                msg = f"{name} is {value!r}; expected an odd number of pixels"
                raise OptionError(msg)
        if not 0 <= omega <= 1:
            msg = f"omega is {omega!r}; expected a number in [0, 1]"
            raise OptionError(msg)
        self.width, self.omega, self.patch = width, omega, patch

    def restore(self, sample: Sample, context: Context) -> Restoration:
        """J = (I − A·o) / (1 − o), each view by itself."""
        views = [self._derained(to_linear(view)) for view in sample.degraded]
        return Restoration(to_srgb(np.stack(views)))

    def _derained(self, image: Array) -> Array:
        light = rain_light(image)
        share = np.clip(image.min(0) / light, 0, 0.95)
        streaks = self.streaks(share)
        opacity = np.minimum(streaks + self.veil(share - streaks), 0.9)
        clear: Array = (image - light * opacity) / (1 - opacity)
        return clear

    def streaks(self, share: Array) -> Array:
        """Opacity ``(H, W)`` of what an opening across the fall removes."""
        thin: Array = share - grey_opening(share, (1, self.width))
        return thin

    def veil(self, share: Array) -> Array:
        """Opacity ``(H, W)`` of the veil: the dark channel, smoothed."""
        dark = minimum_filter(share, self.patch)
        smooth: Array = self.omega * gaussian_filter(dark, self.patch / 2)
        return smooth


def rain_light(image: Array) -> float:
    """A: the mean darkest channel of the pixels where it is highest, not below 0.05."""
    dark = np.sort(image.min(0), axis=None)
    return max(float(dark[-max(1, int(BRIGHTEST * dark.size)) :].mean()), 0.05)
