"""Random crops of pairs, and flips and transpositions that keep the geometry of their views."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from restorebench.errors import OptionError
from restorebench.training.data.defocus import defocused
from restorebench.training.recipe import Augmentation

Images = tuple[NDArray[Any], ...]
"""Degraded image, target and guides if any: (V, 3, H, W), (V, 3, rH, rW), (V, G, H, W)."""


def crop(images: Images, patch: int, ratio: int, step: int, rng: np.random.Generator) -> Images:
    """A square of `patch` target pixels at a random place that is a multiple of `step`.

    `step` is the scale: enlarged pixels repeat with that period. Raises `OptionError` where the
    patch does not fit.
    """
    height, width = images[1].shape[-2:]
    if patch > min(height, width) or patch % ratio:
        multiple = f", and a multiple of {ratio}" if ratio > 1 else ""
        msg = (
            f"data.patch is {patch}, the images are {width}×{height}; expected at most "
            f"{min(height, width)}{multiple}"
        )
        raise OptionError(msg)
    top, left = (step * int(rng.integers((side - patch) // step + 1)) for side in (height, width))
    ratios = (ratio, 1, *(ratio for _ in images[2:]))
    return tuple(
        _window(image, top // r, left // r, patch // r)
        for image, r in zip(images, ratios, strict=True)
    )


def augment(images: Images, names: Sequence[Augmentation], rng: np.random.Generator) -> Images:
    """Each of `names` with probability ½; see `recipe.Data`."""
    chosen = {name for name, draw in zip(names, rng.random(len(names)), strict=True) if draw < 0.5}
    degraded, target, *rest = images
    if "exchange" in chosen:
        degraded, target = target, degraded
    images = (degraded, target, *rest)
    if "defocus" in chosen:
        images = defocused(images, rng)
    return tuple(_turned(image, chosen) for image in images)


def check_augmentations(names: Sequence[Augmentation], views: int, scale: int) -> None:
    """Raise `OptionError` for what would break the geometry or the shapes of the pairs."""
    if views > 1 and "transpose" in names:
        msg = (
            "data.augment has 'transpose', which turns the rows of a stereo pair, along which its "
            "views differ, into columns; leave it out"
        )
        raise OptionError(msg)
    for name in ("exchange", "defocus"):
        if scale > 1 and name in names:
            msg = f"data.augment has {name!r}, which needs inputs as large as targets; leave it out"
            raise OptionError(msg)


def _turned(image: NDArray[Any], chosen: set[Augmentation]) -> NDArray[Any]:
    if "horizontal" in chosen:
        image = image[::-1, ..., ::-1]  # views too: the mirrored right view is a left view
    if "vertical" in chosen:
        image = image[..., ::-1, :]
    if "transpose" in chosen:
        image = image.swapaxes(-1, -2)
    return image


def _window(image: NDArray[Any], top: int, left: int, side: int) -> NDArray[Any]:
    return image[..., top : top + side, left : left + side]
