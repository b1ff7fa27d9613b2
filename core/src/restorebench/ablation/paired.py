"""Differences between two rows, image by image: what the images share cancels out."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from restorebench.leaderboard.board import Section
from restorebench.leaderboard.ranking.statistics import intervals


class Difference(NamedTuple):
    """A mean of paired differences, and the ends of its 95 % interval where there is one."""

    mean: float
    ends: tuple[float, float] | None


def difference(section: Section, label: str, base: str, column: str) -> Difference | None:
    """Of row `label` less row `base`, over the images that both have; None where they share none.

    The interval is over images, by bootstrap-t; absent for too few of them.
    """
    scores: dict[str, dict[str, float]] = {label: {}, base: {}}
    for image in section.images_table:
        if image.label in scores and math.isfinite(image.scores.get(column, math.nan)):
            scores[image.label][image.sample] = image.scores[column]
    mine, other = scores[label], scores[base]
    paired = np.array([mine[name] - other[name] for name in mine if name in other])
    if not len(paired):
        return None
    low, high = map(float, intervals(paired[:, None])[0])
    return Difference(float(paired.mean()), (low, high) if math.isfinite(low) else None)
