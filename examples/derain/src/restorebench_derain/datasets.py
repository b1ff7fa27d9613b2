"""The data: procedural scenes seen by a long lens through a downpour."""

from __future__ import annotations

from functools import partial

from restorebench import Sample
from restorebench.data.colour import through_8bit, to_srgb
from restorebench.data.dataset import Dataset
from restorebench.data.scenes import scene, scene_ids
from restorebench.data.seeding import rng_of
from restorebench_derain.rain import draw_rain

SIZE = (128, 192)
COUNTS = {"train": 64, "val": 8, "test": 12}

DISTANCE = 5.0
"""A scene's depths, 1.5 to 40 m, times this: what a long lens looks at is far."""


def scenes(split: str) -> Dataset:
    """`derain-scenes`, 128×192; 64 train (more on request), 8 val, 12 test."""
    ids = partial(scene_ids, split)
    return Dataset("derain-scenes", split, ids(COUNTS[split]), make, ids)


def make(sample_id: str) -> Sample:
    """One sample; its rain is a function of its id."""
    random = rng_of(f"derain-scenes/{sample_id}")
    dry, rain = scene(sample_id, *SIZE), draw_rain(random)
    light = dry.composite()
    rainy = rain.over(light, dry.depth_map() * DISTANCE, random)
    return Sample(
        sample_id,
        degraded=through_8bit(to_srgb(rainy))[None],
        target=through_8bit(to_srgb(light))[None],
        meta={"rate_mm_per_h": round(rain.rate, 1), "wind_m_per_s": round(rain.wind, 2)},
    )
