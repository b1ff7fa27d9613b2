"""The task's two data sets: haze over procedural scenes, and over real photographs.

Both veil linear light, encode it as sRGB and round it to 8 bit; the target is the clear 8-bit
image. The haze of a sample is a function of its data set's name and its id, of nothing else.
"""

from __future__ import annotations

from functools import partial

from restorebench.data.colour import as_float, through_8bit, to_linear, to_srgb
from restorebench.data.dataset import Dataset
from restorebench.data.photographs import PHOTOGRAPHS, assumed_depth, centre_crop, photograph
from restorebench.data.scenes import scene, scene_ids
from restorebench.data.seeding import rng_of
from restorebench.types import Array, Sample
from restorebench_dehaze.haze import Haze, draw_haze

SCENE_SIZE = (256, 384)
SCENE_COUNTS = {"train": 64, "val": 8, "test": 12}
LONGEST_SIDE = 512


def scenes(split: str) -> Dataset:
    """`dehaze-scenes`: layered scenes of exact depth, 256×384; 64 train, 8 val, 12 test."""
    ids = partial(scene_ids, split)
    return Dataset("dehaze-scenes", split, ids(SCENE_COUNTS[split]), scene_sample, ids)


def photos(split: str) -> Dataset:
    """`dehaze-photos`: photographs, the middle 512×512 of larger ones; the ids are their names."""
    return Dataset("dehaze-photos", split, tuple(PHOTOGRAPHS[split]), photo_sample)


def scene_sample(sample_id: str) -> Sample:
    """A scene whose every layer is veiled at its own depth."""
    clear = scene(sample_id, *SCENE_SIZE)
    far = max(layer.depth for layer in clear.layers)
    haze = draw_haze(rng_of(f"dehaze-scenes/{sample_id}"), *SCENE_SIZE, far)
    return _sample(sample_id, haze.veil_scene(clear), to_srgb(clear.composite()), haze)


def photo_sample(name: str) -> Sample:
    """A photograph whose every pixel is veiled at its depth: measured, or a stated assumption."""
    whole = as_float(photograph(name))
    depth = centre_crop(assumed_depth(name, *whole.shape[1:]), LONGEST_SIDE)
    target = centre_crop(whole, LONGEST_SIDE)
    height, width = target.shape[1:]
    haze = draw_haze(rng_of(f"dehaze-photos/{name}"), height, width, float(depth.max()))
    return _sample(name, haze.veil(to_linear(target), depth), target, haze)


def _sample(sample_id: str, hazy: Array, target: Array, haze: Haze) -> Sample:
    """Hazy linear light and an sRGB target as 8-bit files would give them back."""
    return Sample(
        sample_id,
        degraded=through_8bit(to_srgb(hazy))[None],
        target=through_8bit(target)[None],
        meta={"visibility_m": round(haze.visibility, 2)},
    )
