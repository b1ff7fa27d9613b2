"""Plans in words, and the time that they take."""

from __future__ import annotations

import time
from tempfile import gettempdir

import numpy as np

from restorebench.restorers.base import Context, Restorer
from restorebench.restorers.plan.choose import gib
from restorebench.restorers.plan.plan import WHOLE, Plan, Size
from restorebench.types import Array, Sample

_CROP = 256
"""The side of the image that is timed: as fast as a strip, in an instant. Twice that with halos."""

_WARM = 64


def described(size: Size, plan: Plan, seconds: float | None = None) -> str:
    """A plan in a line: ``24.0 MP, 24 tiles of 1024², halo 272, about 2 min``."""
    large = size.pixels / 1e6
    parts = [f"{large:.1f} MP" if large >= 1 else f"{large:.2g} MP", _pieces(size, plan)]
    if plan.halo:
        parts.append(f"halo {plan.halo}")
    if not plan.whole:
        parts.append(_statistics(plan))
    if plan.state:
        parts.append(f"solver state on disk, {gib(plan.state)} in {gettempdir()}")
    return ", ".join([*parts, *([f"about {_duration(seconds)}"] if seconds is not None else [])])


def estimated(restorer: Restorer, size: Size, condition: Array, context: Context) -> float:
    """Seconds for an image of that size, by a small one of noise, the second of two.

    In proportion to the pixels that are computed, those of halos among them.
    """
    plan = context.plan or WHOLE
    side = min(_CROP * (2 if plan.halo else 1), *size[:2])
    restorer.restore(_noise(min(_WARM, side), size, condition), context)
    start = time.perf_counter()
    restorer.restore(_noise(side, size, condition), context)
    timed = size._replace(height=side, width=side)
    return (time.perf_counter() - start) * computed(size, plan) / computed(timed, plan)


def computed(size: Size, plan: Plan) -> int:
    """Pixels of all tiles with their halos; those of the image where it is whole."""
    if plan.whole:
        return size.pixels
    return _with_halos(size.height, plan) * _with_halos(size.width, plan)


def _with_halos(side: int, plan: Plan) -> int:
    """The sum of the sides of the tiles along one of the image's."""
    starts = range(0, side, plan.tile)
    return sum(min(side, k + plan.tile + plan.halo) - max(0, k - plan.halo) for k in starts)


def _noise(side: int, size: Size, condition: Array) -> Sample:
    random = np.random.default_rng(0)
    image = random.random((size.views, 3, side, side), np.float32)
    field = random.random((1, side, side), np.float32)
    return Sample(
        "timed", image, condition=condition, mask=field, depth=field + 1, scale=size.scale
    )


def _pieces(size: Size, plan: Plan) -> str:
    if plan.whole:
        return "whole"
    if not plan.halo:
        count, what = -(-size.pixels // plan.tile**2), "strips"
    else:
        count, what = _count(size, plan), "tiles"
    return f"{count} {what} of {plan.tile}²"


def _count(size: Size, plan: Plan) -> int:
    return -(-size.height // plan.tile) * -(-size.width // plan.tile)


def _statistics(plan: Plan) -> str:
    levels = plan.recomputed
    again = f", {levels} level{'s' * (levels > 1)} computed again" if levels else ""
    return f"{plan.statistics} statistics{again}"


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    return f"{round(seconds / 60)} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
