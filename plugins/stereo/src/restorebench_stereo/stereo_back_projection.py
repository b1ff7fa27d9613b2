"""Back-projection from both views: Irani & Peleg's method with the other view as a second frame.

Irani & Peleg (CVGIP 1991) add back the residuals of *all* low-resolution frames after registering
them. Here the frames are two and the registration is a disparity: x_V is moved into the other
view O, reduced, compared with y_O, and the residual is moved back:

    x_V ← x_V + U(y_V − D x_V) + w · m · W_V U(y_O − D W_O x_V)

with D and U as in `back_projection`, W the moves along rows, and m = 1 where the match is trusted.
Where it is not, the other view's own estimate stands in for W_O x_V, so that its pixels do not
count. The last steps are plain back-projection: the answer still reduces to its own input.
"""

from __future__ import annotations

import numpy as np

from restorebench.data.resize import imresize
from restorebench.errors import OptionError, SampleError
from restorebench.restorers.base import Context
from restorebench.types import Array, Restoration, Sample
from restorebench_stereo.back_projection import BackProjection
from restorebench_stereo.matching import Match, match

_CLOSING = 5
"""Steps of plain back-projection at the end."""


class StereoBackProjection:
    """Back-projects both views; w = `weight` in (0, 1], disparities up to `search` target pixels.

    Raises `OptionError` for other values, `SampleError` for a sample that has not two views.
    """

    def __init__(self, iterations: int = 10, weight: float = 0.5, search: int = 64) -> None:
        self.alone = BackProjection(iterations)
        if not 0.0 < weight <= 1.0:
            msg = f"stereo-back-projection: weight is {weight!r}; give a number in (0, 1]"
            raise OptionError(msg)
        if isinstance(search, bool) or not isinstance(search, int) or search < 1:
            msg = f"stereo-back-projection: search is {search!r}; give whole pixels, 1 or more"
            raise OptionError(msg)
        self.weight = np.float32(weight)
        self.search = search

    def restore(self, sample: Sample, context: Context) -> Restoration:
        """Both views at the target's size, ``(2, 3, sH, sW)``."""
        y = sample.degraded
        if len(y) != 2:
            msg = f"sample {sample.id!r} has {len(y)} view(s); stereo-back-projection needs two"
            raise SampleError(msg)
        x = self.alone.restore(sample, context).image
        matches = match(x[0], x[1], min(self.search, x.shape[-1] // 2))
        for _ in range(self.alone.iterations):
            x = self._step(x, y, matches)
        for _ in range(_CLOSING):
            x = x + _lack(x, y)
        return Restoration(np.clip(x, 0.0, 1.0))

    def _step(self, x: Array, y: Array, matches: tuple[Match, Match]) -> Array:
        own = _lack(x, y)
        lent = [_lent(x[v], x[1 - v], y[1 - v], matches[v], matches[1 - v]) for v in (0, 1)]
        return x + own + self.weight * np.stack(lent)


def _lent(x: Array, other: Array, y: Array, here: Match, there: Match) -> Array:
    """The correction of `x` that the other view's input `y` calls for, ``(3, sH, sW)``."""
    seen = other + there.trusted * (there.fetch(x) - other)
    return here.trusted * here.fetch(_lack(seen, y))


def _lack(x: Array, y: Array) -> Array:
    """U(y − D x): the residual at low resolution, enlarged; any leading dimensions."""
    return imresize(y - imresize(x, y.shape[-2:]), x.shape[-2:])
