"""The data sets: pairs of views, and the same pairs reduced by MATLAB's antialiased bicubic."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from restorebench.data.colour import as_float, quantise, to_srgb
from restorebench.data.dataset import Dataset
from restorebench.data.planes import NEAREST
from restorebench.data.resize import imresize
from restorebench.data.scenes import scene, scene_ids
from restorebench.types import JSON, Pixels, Sample
from restorebench_stereo import photos
from restorebench_stereo.disparity import Rig
from restorebench_stereo.render_views import stereo_views
from restorebench_stereo.sampling import SUPPORT

HEIGHT, WIDTH = 256, 384
"""Pixels of a rendered target."""

COUNTS = {"train": 64, "val": 8, "test": 12}
"""Rendered scenes of each split."""


def scenes_x4(split: str) -> Dataset:
    """Rendered scenes, ×4: 64×96 → 256×384."""
    return _scenes(split, 4)


def scenes_x2(split: str) -> Dataset:
    """Rendered scenes, ×2: 128×192 → 256×384."""
    return _scenes(split, 2)


def photos_x4(split: str) -> Dataset:
    """Photographs, ×4; in the test split ``motorcycle`` is a real pair."""
    return _photos(split, 4)


def photos_x2(split: str) -> Dataset:
    """Photographs, ×2; in the test split ``motorcycle`` is a real pair."""
    return _photos(split, 2)


def reduced(pair: Pixels, scale: int) -> Pixels:
    """The input that belongs to a target `pair`: 8 bit in, 8 bit out, ``(V, 3, H/s, W/s)``."""
    height, width = pair.shape[-2:]
    return imresize(pair, (height // scale, width // scale))


def sample(sample_id: str, pair: Pixels, scale: int, meta: dict[str, JSON]) -> Sample:
    """The problem whose answer is `pair`, ``(2, 3, H, W)``, H and W multiples of `scale`."""
    return Sample(
        id=sample_id,
        degraded=as_float(reduced(pair, scale)),
        target=as_float(pair),
        scale=scale,
        meta=meta,
    )


def _scenes(split: str, scale: int) -> Dataset:
    name = f"stereo-scenes-x{scale}"
    make = partial(_rendered, scale=scale)
    ids = partial(scene_ids, split)
    return Dataset(name, split, ids(COUNTS[split]), make, ids)


def _rendered(scene_id: str, scale: int) -> Sample:
    rig = Rig.for_width(WIDTH)
    layered = scene(scene_id, HEIGHT, WIDTH, margin=rig.reach(NEAREST) + SUPPORT)
    pair = quantise(to_srgb(stereo_views(layered, rig)))
    depths = [layer.depth for layer in layered.layers]
    meta: dict[str, JSON] = {
        "focal_px": rig.focal,
        "baseline_m": rig.baseline,
        "disparity_min_px": rig.disparity(max(depths)),
        "disparity_max_px": rig.disparity(min(depths)),
    }
    return sample(scene_id, pair, scale, meta)


def _photos(split: str, scale: int) -> Dataset:
    name = f"stereo-photos-x{scale}"
    make: Callable[[str], Sample] = partial(_photographed, scale=scale)
    return Dataset(name, split, photos.NAMES[split], make)


def _photographed(name: str, scale: int) -> Sample:
    return sample(name, photos.pair(name), scale, {"real_pair": name == photos.REAL})
