"""A scene's files as a sample: targets and maps read strictly, nothing ever resized."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import cast

import numpy as np

from restorebench.data.colour import as_float
from restorebench.data.image_file import decoding
from restorebench.data.images import read_image
from restorebench.data.inputs import read_input
from restorebench.data.layouts.depth import read_depth
from restorebench.data.layouts.masks import read_mask
from restorebench.data.layouts.scene_files import SceneFiles
from restorebench.errors import ImageError
from restorebench.types import Array, Pixels, Sample


def read_sample(scene: SceneFiles, scale: int, depth_unit: float | None = None) -> Sample:
    """The sample of a scene; `ImageError` names the file that cannot be used.

    Degraded images are converted where their meaning is clear; ``meta["converted"]`` says what was
    done. `depth_unit` is how many metres a value of 1 means in depth maps of whole numbers.
    """
    inputs = [read_input(path) for path in scene.degraded]
    degraded = _stacked(scene.degraded, [_as_float(image.pixels) for image in inputs])
    target = None
    if scene.target:
        target = _stacked(scene.target, [as_float(read_image(path)) for path in scene.target])
    size = degraded.shape[2:]
    if target is not None and target.shape[2:] != (size[0] * scale, size[1] * scale):
        raise ImageError(_sizes_differ(scene, degraded, target, scale))
    notes = dict.fromkeys(note for image in inputs for note in image.notes)
    return Sample(
        scene.id,
        degraded,
        target,
        np.array(scene.condition, np.float32),
        None if scene.mask is None else read_mask(scene.mask, size),
        None if scene.depth is None else read_depth(scene.depth, size, depth_unit),
        scale,
        {"converted": "; ".join(notes)} if notes else {},
    )


def scale_of(scene: SceneFiles) -> int:
    """Target pixels per input pixel by the headers of the left view's files, 1 if that is none."""
    if not scene.target:
        return 1
    degraded, target = _size(scene.degraded[0]), _size(scene.target[0])
    scale = target[0] // degraded[0]
    return scale if target == (degraded[0] * scale, degraded[1] * scale) else 1


def _as_float(pixels: Pixels | Array) -> Array:
    return as_float(cast("Pixels", pixels)) if pixels.dtype == np.uint8 else cast("Array", pixels)


def _stacked(paths: Sequence[Path], views: Sequence[Array]) -> Array:
    if len({view.shape for view in views}) > 1:
        sizes = " and ".join(f"{path} is {_words(v)}" for path, v in zip(paths, views, strict=True))
        msg = f"{sizes}; two views of a scene have one size"
        raise ImageError(msg)
    return np.stack(views)


def _sizes_differ(scene: SceneFiles, degraded: Array, target: Array, scale: int) -> str:
    rule = "the same size" if scale == 1 else f"{scale} times the size (scale={scale})"
    return (
        f"the target {scene.target[0]} is {_words(target)}, its degraded image {scene.degraded[0]} "
        f"{_words(degraded)}; expected {rule}, as images are never resized to fit"
    )


def _words(image: Array) -> str:
    return f"{image.shape[-1]}×{image.shape[-2]}"


def _size(path: Path) -> tuple[int, int]:
    with decoding(path, str(path), "8-bit RGB PNG") as found:
        width, height = found.image.size
        return (height, width) if found.orientation > 4 else (width, height)
