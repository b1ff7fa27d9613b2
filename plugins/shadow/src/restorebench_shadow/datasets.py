"""The task's two data sets; samples are generated on access."""

from __future__ import annotations

from functools import partial

from restorebench.data.colour import as_float, to_linear
from restorebench.data.dataset import Dataset
from restorebench.data.photographs import FOCAL, PHOTOGRAPHS, assumed_depth, centre_crop, photograph
from restorebench.data.scenes import scene, scene_ids
from restorebench.types import Sample
from restorebench_shadow import casting

HEIGHT, WIDTH = 256, 384
COUNTS = {"train": 64, "val": 8, "test": 12}
LONGEST = 512
"""Photographs are cropped about their centre to at most this many pixels a side."""


def shadow_scenes(split: str) -> Dataset:
    """Shadows on procedural scenes with exact depth, 256×384."""
    ids = partial(scene_ids, split)
    return Dataset("shadow-scenes", split, ids(COUNTS[split]), _on_scene, ids)


def shadow_photos(split: str) -> Dataset:
    """Shadows on real photographs, at most 512 a side."""
    return Dataset("shadow-photos", split, PHOTOGRAPHS[split], _on_photograph)


def _on_scene(scene_id: str) -> Sample:
    world = scene(scene_id, HEIGHT, WIDTH)
    return casting.sample(scene_id, world.composite(), world.depth_map(), focal=WIDTH)


def _on_photograph(name: str) -> Sample:
    pixels = photograph(name)
    depth = centre_crop(assumed_depth(name, *pixels.shape[1:]), LONGEST)
    J = to_linear(as_float(centre_crop(pixels, LONGEST)))
    focal = FOCAL if name == "motorcycle" else float(max(J.shape))
    return casting.sample(name, J, depth, focal)
