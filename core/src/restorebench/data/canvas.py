"""What all planes of a procedural scene share: size, randomness, textures and colours."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from restorebench.data.noise import fractal_noise
from restorebench.data.palette import Palette
from restorebench.data.seeding import rng_of
from restorebench.types import Array

MAX_MARGIN = 96
"""Pixels beyond the image, on each side, over which a scene is drawn."""


@dataclass(frozen=True)
class Canvas:
    """A scene's id and size.

    Everything random is drawn for the size with the largest margin ("full") and cut to this one's,
    so that a margin changes nothing inside it.
    """

    scene_id: str
    height: int
    width: int
    margin: int

    @property
    def full(self) -> tuple[int, int]:
        """Height and width with the largest margin."""
        return self.height + 2 * MAX_MARGIN, self.width + 2 * MAX_MARGIN

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width of a layer."""
        return self.height + 2 * self.margin, self.width + 2 * self.margin

    @property
    def corner(self) -> int:
        """The row, and the column, of the full canvas where a layer starts."""
        return MAX_MARGIN - self.margin

    @property
    def window(self) -> tuple[slice, slice]:
        """The part of the full canvas that a layer is."""
        height, width = self.shape
        return slice(self.corner, self.corner + height), slice(self.corner, self.corner + width)

    def rng(self, purpose: str) -> np.random.Generator:
        """The randomness of one part of the scene: a function of its id and the part's name."""
        return rng_of(f"dead leaves/{self.scene_id}/{purpose}")

    @cached_property
    def textures(self) -> Array:
        """Fields of mean 0 and deviation 1: fine, natural, clouds, wood grain; ``(4, *full)``."""
        rng = self.rng("textures")
        fine, natural, clouds = (fractal_noise(rng, *self.full, e) for e in (1.0, 1.8, 2.8))
        turn, period = rng.uniform(0, np.pi), rng.uniform(5, 12)
        x, y = np.arange(self.full[1]), np.arange(self.full[0])[:, None]
        rings = (np.cos(turn) * x + np.sin(turn) * y) * (2 * np.pi / period) + 60 * clouds
        grain = _standard(np.sin(rings).astype(np.float32)) + 0.7 * _standard(fine)
        return np.stack([_standard(field) for field in (fine, natural, clouds, grain)])

    @cached_property
    def palette(self) -> Palette:
        """The colours of the scene."""
        return Palette.draw(self.rng("palette"))


def _standard(field: Array) -> Array:
    standard: Array = np.clip((field - field.mean()) / field.std(), -2.5, 2.5)
    return standard
