"""The two data sets of the task, made when they are asked for."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from restorebench.data.colour import as_float, to_linear
from restorebench.data.dataset import Dataset
from restorebench.data.photographs import FOCAL, PHOTOGRAPHS, assumed_depth, photograph
from restorebench.data.scenes import scene, scene_ids
from restorebench.types import Sample
from restorebench_shadow import casting

T = TypeVar("T", bound=np.generic)

HEIGHT, WIDTH = 256, 384
COUNTS = {"train": 64, "val": 8, "test": 12}
LONGEST = 512
"""Photographs are cropped about their centre to at most this many pixels a side."""


def shadow_scenes(split: str) -> Dataset:
    """Shadows on procedural scenes with exact depth, 256×384."""
    return Dataset("shadow-scenes", split, scene_ids(split, COUNTS[split]), _on_scene)


def shadow_photos(split: str) -> Dataset:
    """Shadows on real photographs, at most 512 a side."""
    return Dataset("shadow-photos", split, PHOTOGRAPHS[split], _on_photograph)


def _on_scene(scene_id: str) -> Sample:
    world = scene(scene_id, HEIGHT, WIDTH)
    return casting.sample(scene_id, world.composite(), world.depth_map(), focal=WIDTH)


def _on_photograph(name: str) -> Sample:
    pixels = photograph(name)
    depth = _crop(assumed_depth(name, *pixels.shape[1:]))
    J = to_linear(as_float(_crop(pixels)))
    focal = FOCAL if name == "motorcycle" else float(max(J.shape))
    return casting.sample(name, J, depth, focal)


def _crop(image: NDArray[T]) -> NDArray[T]:
    """The middle of an image, ``(C, min(H, 512), min(W, 512))``: no resampling."""
    top, left = (max(0, (side - LONGEST) // 2) for side in image.shape[1:])
    return image[:, top : top + LONGEST, left : left + LONGEST]
