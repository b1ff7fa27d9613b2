"""FID and KID of two sets of images with bootstrap intervals over scenes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from restorebench.metrics.fid.distances import Kernels, Values, frechet

Index: TypeAlias = NDArray[np.intp]

MINIMUM = 50
"""Of scenes. The estimate depends on their number at any number, and means little below."""

RESAMPLES = 200


@dataclass(frozen=True)
class SetScore:
    """A distance, its 95 % interval, and the number of scenes; `reason` where there is none."""

    scenes: int
    value: float | None = None
    interval: tuple[float, float] | None = None
    reason: str = ""


def set_scores(
    predictions: Values, targets: Values, minimum: int = MINIMUM, resamples: int = RESAMPLES
) -> Mapping[str, SetScore]:
    """``fid`` and ``kid`` from features ``(scenes, views, d)``, row by row of the same scene.

    Fewer than `minimum` scenes have no score. The interval says how far the number would move with
    other scenes, as many as these; it does not say what more scenes would give.
    """
    scenes, views, _ = targets.shape
    if scenes < minimum:
        why = f"{scenes} scenes are too few: FID and KID are given from {minimum} on"
        return dict.fromkeys(("fid", "kid"), SetScore(scenes, reason=why))
    kernels = Kernels(_rows(predictions), _rows(targets))

    def fid(index: Index) -> float:
        return frechet(_rows(predictions[index]), _rows(targets[index]))

    def kid(index: Index) -> float:
        counts = np.bincount(index, minlength=scenes).astype(np.float64)
        return kernels.distance(np.repeat(counts, views))

    return {n: _scored(f, scenes, resamples) for n, f in (("fid", fid), ("kid", kid))}


def _rows(features: Values) -> Values:
    return features.reshape(-1, features.shape[-1])


def _scored(statistic: Callable[[Index], float], scenes: int, resamples: int) -> SetScore:
    """The value, and percentiles of the bootstrap without the bias that repeated images bring."""
    value = statistic(np.arange(scenes))
    rng = np.random.default_rng(0)
    drawn = [statistic(_drawn(rng, scenes)) for _ in range(resamples)]
    low, high = np.percentile(drawn, (2.5, 97.5)) - (np.mean(drawn) - value)
    return SetScore(scenes, value, (float(low), float(high)))


def _drawn(rng: np.random.Generator, scenes: int) -> Index:
    """As many scenes with replacement, of which two differ: one alone has no variance."""
    while True:
        index = rng.integers(scenes, size=scenes)
        if (index != index[0]).any():
            return index
