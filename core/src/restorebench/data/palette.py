"""The colours of a procedural scene."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from restorebench.data.colour import to_linear
from restorebench.types import Array

_KINDS = (
    (0.08, 0.22, 0.30),  # woodland: bark, moss, leaf
    (0.02, 0.07, 0.13),  # autumn
    (0.05, 0.10, 0.58),  # stone and slate
    (0.03, 0.30, 0.56),  # brick, hedge, shutters
    (0.45, 0.53, 0.09),  # water and sand
    (0.30, 0.20, 0.85),  # meadow in flower
)
"""Hues, in turns of the colour wheel, the most frequent first."""


@dataclass(frozen=True)
class Palette:
    """Three hues that go together, ``(3,)``, how saturated they are, and where light comes from.

    `light` is the direction in radians in which things grow brighter, y downwards.
    """

    hues: NDArray[np.float64]
    saturation: float
    light: float

    @classmethod
    def draw(cls, rng: np.random.Generator) -> Palette:
        """A palette of one of six kinds, shifted a little."""
        hues = np.array(_KINDS[rng.integers(len(_KINDS))]) + rng.normal(0, 0.02)
        return cls(hues, rng.uniform(0.25, 0.5), rng.uniform(1.1, 1.9) * np.pi)

    def colours(
        self, rng: np.random.Generator, count: int, low: float, high: float, *, vivid: float = 0.15
    ) -> Array:
        """Colours in linear light whose brightest sRGB channel is in [low, high], ``(count, 3)``.

        `vivid` is the share of them that stand out.
        """
        hue = rng.choice(self.hues, count, p=(0.5, 0.35, 0.15)) + rng.normal(0, 0.02, count)
        saturation = self.saturation + rng.normal(0, 0.12, count)
        saturation += 0.3 * (rng.random(count) < vivid)
        value = rng.uniform(low, high, count)
        return to_linear(value[:, None] * tint(hue, np.clip(saturation, 0.03, 0.95)))

    def sky(self, rng: np.random.Generator) -> tuple[Array, Array]:
        """The sky's colours at the top and at the horizon, in linear light, each ``(3,)``."""
        hue, value = rng.choice((0.58, 0.60, 0.08)), rng.uniform(0.75, 0.95)
        zenith, horizon = tint(hue, rng.uniform(0.2, 0.5)), tint(hue, rng.uniform(0.02, 0.12))
        return to_linear(0.85 * value * zenith), to_linear(value * horizon)


def tint(hue: ArrayLike, saturation: ArrayLike) -> NDArray[np.float64]:
    """The RGB of hues (in turns) at full value, sRGB-encoded, ``(..., 3)``."""
    turns = (np.asarray(hue)[..., None] + np.array([0, 2 / 3, 1 / 3])) % 1
    ramp = np.clip(np.abs(turns * 6 - 3) - 1, 0, 1)
    rgb: NDArray[np.float64] = 1 - np.asarray(saturation)[..., None] * (1 - ramp)
    return rgb
