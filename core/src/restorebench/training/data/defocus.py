"""Patches out of focus: smooth parts, as photographs have them beside sharp ones."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from restorebench.data.colour import as_float, quantise
from restorebench.types import Array

SIGMAS = (0.5, 8.0)
"""Least and greatest standard deviation of the blur in pixels, log-uniform."""

WHOLE = 0.5
"""The share of blurred patches that are blurred everywhere; the others beside a line."""

Images = tuple[NDArray[Any], ...]


def defocused(images: Images, rng: np.random.Generator) -> Images:
    """Images ``(V, C, h, w)`` of one size with one Gaussian blur, 8-bit ones rounded to 8 bit.

    A blur of both images of a pair is a pair again where degrading commutes with it, as smooth
    haze, a coarser sampling or another blur do, nearly.
    """
    sigma = float(np.exp(rng.uniform(*np.log(SIGMAS))))
    share = _share(images[0].shape[-2:], rng)
    return tuple(_blurred(image, sigma, share) for image in images)


def _blurred(image: NDArray[Any], sigma: float, share: Array) -> NDArray[Any]:
    given = as_float(image) if image.dtype == np.uint8 else image
    soft = gaussian_filter(given, sigma, axes=(-2, -1), mode="reflect")
    made = given + share * (soft - given)
    return quantise(made) if image.dtype == np.uint8 else made.astype(np.float32)


def _share(shape: tuple[int, int], rng: np.random.Generator) -> Array:
    """How much of the blurred image is seen at each pixel, ``(h, w)`` in [0, 1]."""
    whole, turn, offset = rng.random() < WHOLE, rng.uniform(0, 2 * np.pi), rng.uniform(-0.25, 0.25)
    if whole:
        return np.ones(shape, np.float32)
    y, x = (np.arange(side, dtype=np.float32) / side - 0.5 for side in shape)
    beyond = np.cos(turn) * y[:, None] + np.sin(turn) * x - offset
    share: Array = np.clip(0.5 + 8 * beyond, 0, 1).astype(np.float32)
    return share
