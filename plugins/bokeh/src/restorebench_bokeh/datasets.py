"""The task's two data sets: procedural scenes and photographs, each through two lenses.

Both images of a sample are rendered from the same planes in linear light, encoded as sRGB and
rounded to 8 bit. Lenses, focus and highlights of a sample are functions of its id.
"""

from __future__ import annotations

from functools import partial

import numpy as np

from restorebench.data.colour import as_float, through_8bit, to_linear, to_srgb
from restorebench.data.dataset import Dataset
from restorebench.data.photographs import PHOTOGRAPHS, assumed_depth, photograph
from restorebench.data.resize import imresize
from restorebench.data.scenes import Scene, scene, scene_ids
from restorebench.data.seeding import rng_of
from restorebench.types import JSON, Array, Sample
from restorebench_bokeh.depth_layers import planes
from restorebench_bokeh.focus import choose_focus
from restorebench_bokeh.highlights import with_highlights
from restorebench_bokeh.lens import disparity
from restorebench_bokeh.metadata import Lens, LensPair
from restorebench_bokeh.render import render

SCENE_SIZE = (256, 384)
SCENE_COUNTS = {"train": 64, "val": 8, "test": 12}
MARGIN = 32
"""Pixels rendered beyond a scene's border: more than half of the largest circle of confusion."""

SCENE_LENSES = (
    ("Sony50mmf16.0BS", "Sony50mmf1.8BS"),
    ("Sony50mmf16.0BS", "Canon50mmf1.4BS"),
    ("Sony85mmf16.0BS", "Sony85mmf2.8BS"),
    ("Sony50mmf1.8BS", "Sony50mmf16.0BS"),
    ("Sony50mmf16.0BS", "Canon50mmf1.8BS"),
    ("Sony85mmf16.0BS", "Canon85mmf1.8BS"),
    ("Sony50mmf4.0BS", "Sony50mmf1.4BS"),
    ("Sony50mmf16.0BS", "Sony50mmf1.4BS"),
    ("Canon85mmf4.0BS", "Sony85mmf1.8BS"),
    ("Canon50mmf1.4BS", "Sony50mmf16.0BS"),
    ("Sony85mmf16.0BS", "Sony85mmf1.4BS"),
    ("Canon85mmf16.0BS", "Canon85mmf8.0BS"),
)
"""Source and target by index: mostly from sharp to blurred, two of twelve the other way."""

PHOTO_LENSES = {
    "a": ("Sony50mmf16.0BS", "Sony50mmf1.8BS"),
    "b": ("Sony85mmf16.0BS", "Canon85mmf1.8BS"),
    "c": ("Canon50mmf1.4BS", "Sony50mmf16.0BS"),
}
"""The three problems made of each photograph, by the letter at the end of the sample's id."""

LONGEST_SIDE = 512
PLANES, REACH = 24, 24
NEAR_SHARE = 0.3
"""A photograph is focused where this share of its pixels is nearer."""


def bokeh_scenes(split: str) -> Dataset:
    """`bokeh-scenes`: layered scenes of exact depth, 256×384; 64 train, 8 val, 12 test."""
    ids = partial(scene_ids, split)
    return Dataset("bokeh-scenes", split, ids(SCENE_COUNTS[split]), scene_sample, ids)


def bokeh_photos(split: str) -> Dataset:
    """`bokeh-photos`: photographs shrunk to at most 512 pixels, three problems of each."""
    ids = tuple(f"{name}-{letter}" for name in PHOTOGRAPHS[split] for letter in PHOTO_LENSES)
    return Dataset("bokeh-photos", split, ids, photo_sample)


def scene_sample(sample_id: str) -> Sample:
    """A scene with bright specks in its background, seen through two lenses; exact depth."""
    rng = rng_of(f"bokeh-scenes/{sample_id}")
    source, target = SCENE_LENSES[int(sample_id.rsplit("-", 1)[1]) % len(SCENE_LENSES)]
    sharp = scene(sample_id, *SCENE_SIZE, margin=MARGIN)
    focus = choose_focus(sharp, rng)
    lit = with_highlights(sharp, rng, beyond=2 * focus)
    return _sample(sample_id, lit, (source, target), focus, sharp.depth_map())


def photo_sample(sample_id: str) -> Sample:
    """A photograph cut into planes by its assumed depth, seen through two lenses."""
    name, letter = sample_id.rsplit("-", 1)
    light, depth = _photo(name)
    cut = planes(name, light, depth, PLANES, REACH)
    aim = float(np.quantile(depth, NEAR_SHARE))
    focus = min((layer.depth for layer in cut.layers), key=lambda Z: abs(1 / Z - 1 / aim))
    return _sample(sample_id, cut, PHOTO_LENSES[letter], focus, depth)


def _sample(
    sample_id: str, planar: Scene, lenses: tuple[str, str], focus: float, depth: Array
) -> Sample:
    source, target = map(Lens.parse, lenses)
    D = disparity(focus, source.focal_length, planar.width)
    pair = LensPair(sample_id, source, target, D)
    degraded, sharp = (
        through_8bit(to_srgb(render(planar, lens, focus, D)))[None] for lens in (source, target)
    )
    condition = pair.condition(planar.width, focus).vector()
    meta: dict[str, JSON] = {"betd": str(pair), "focus_m": round(focus, 3)}
    return Sample(sample_id, degraded, sharp, condition=condition, depth=depth, meta=meta)


def _photo(name: str) -> tuple[Array, Array]:
    """Linear light ``(3, H, W)`` and depth ``(1, H, W)``, at most 512 on the longer side.

    Depth is picked, not averaged: between near and far there is nothing.
    """
    image = photograph(name)
    height, width = image.shape[1:]
    depth = assumed_depth(name, height, width)
    scale = LONGEST_SIDE / max(height, width)
    if scale < 1:
        size = round(height * scale), round(width * scale)
        image = imresize(image, size=size)
        y, x = (((np.arange(n) + 0.5) / scale).astype(int) for n in size)
        depth = depth[:, y.clip(max=height - 1)[:, None], x.clip(max=width - 1)[None, :]]
    return to_linear(as_float(image)), depth
