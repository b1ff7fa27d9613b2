"""The depth planes of a procedural scene: sky, ground, and the leaves that grow on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from restorebench.data.canvas import Canvas
from restorebench.data.dead_leaves import Leaf, paint, polygon, radii
from restorebench.data.noise import fractal_noise
from restorebench.types import Array

NEAREST, FARTHEST = 1.5, 40.0
"""Metres; planes lie about evenly in log depth between them."""

SMALLEST = 2.5
"""Radius of the smallest leaves of the farthest plane, pixels."""


@dataclass(frozen=True, eq=False)
class Layer:
    """One depth plane: everything on it is `depth` metres away.

    `radiance` ``(3, h, w)`` is linear light in [0, 1], not premultiplied (0 where nothing is);
    `alpha` ``(1, h, w)`` in [0, 1] is the part of each pixel that the plane covers.
    """

    radiance: Array
    alpha: Array
    depth: float


def layers(canvas: Canvas) -> Iterator[Layer]:
    """The planes of a scene, far to near; the first is opaque.

    Nearer planes have their ground lower in the image and carry larger leaves, as in perspective.
    """
    rng = canvas.rng("planes")
    count = int(rng.integers(12, 21))
    steps = np.arange(count) + rng.uniform(-0.3, 0.3, count)
    place = np.clip(steps / (count - 1), 0, 1)
    depth = FARTHEST * (NEAREST / FARTHEST) ** place
    horizon, relief = rng.uniform(0.25, 0.5), rng.uniform(0.04, 0.15)
    cover = 1 - rng.uniform(0.35, 0.55) ** (1 / (count - 1))
    yield _sky(canvas, float(depth[0]))
    for index in range(1, count):
        line = horizon + (1.05 - horizon) * (NEAREST / depth[index]) ** 0.6
        plane = Plane(canvas, index, float(depth[index]), float(place[index]), line, relief)
        yield plane.layer(cover)


def _sky(canvas: Canvas, depth: float) -> Layer:
    """The background: from the zenith's colour to the horizon's, with clouds."""
    zenith, horizon = canvas.palette.sky(canvas.rng("sky"))
    rows, columns = canvas.window
    down = np.linspace(0, 1, canvas.full[0], dtype=np.float32)[rows, None]
    clouds, fine = canvas.textures[2, rows, columns], canvas.textures[0, rows, columns]
    colour = zenith[:, None, None] * (1 - down) + horizon[:, None, None] * down
    light = np.clip(colour * (1 + 0.1 * clouds + 0.03 * fine), 0, 1).astype(np.float32)
    return Layer(light, np.ones((1, *canvas.shape), np.float32), depth)


@dataclass(frozen=True)
class Plane:
    """One plane before the sky.

    `place` runs from 0 (far) to 1 (near); the ground's mean `line` and its `relief` are in parts of
    the image's height.
    """

    canvas: Canvas
    index: int
    depth: float
    place: float
    line: float
    relief: float

    def layer(self, cover: float) -> Layer:
        """The plane with leaves over about the share `cover` of it."""
        rng = self.canvas.rng(f"plane {self.index}")
        light, alpha = self._ground(rng)
        corner = self.canvas.corner
        for leaf in self._leaves(rng, cover):
            paint(leaf, self.canvas.textures, light, alpha, (corner, corner))
        np.divide(light, alpha, out=light, where=alpha > 0)
        return Layer(np.minimum(light, 1.0), np.minimum(alpha, 1.0), self.depth)

    def _ground(self, rng: np.random.Generator) -> tuple[Array, Array]:
        """All that is below a fractal ridge: premultiplied light and alpha."""
        rows, columns = self.canvas.window
        ridge = fractal_noise(rng, 1, self.canvas.full[1], exponent=2.4)[:, columns]
        edge = self.canvas.height * (self.line + self.relief * (ridge - 0.5))
        down = (np.arange(self.canvas.shape[0]) - self.canvas.margin)[:, None]
        alpha = np.clip(down - edge + 0.5, 0, 1).astype(np.float32)[None]
        colour = self.canvas.palette.colours(rng, 1, 0.15, 0.75, vivid=0.0)[0]
        texture = self.canvas.textures[rng.choice((0, 1)), rows, columns]
        light = 1 + rng.uniform(0.25, 0.45) * texture
        return np.clip(colour[:, None, None] * light, 0, 1).astype(np.float32) * alpha, alpha

    def _leaves(self, rng: np.random.Generator, cover: float) -> Iterator[Leaf]:
        """Leaves, back to front, over the full canvas and a little beyond."""
        image = min(self.canvas.height, self.canvas.width)
        low = SMALLEST * (1 + self.place)
        high = max((0.1 + 0.2 * self.place) * image, 2 * low)
        height, width = (side + 2 * high for side in self.canvas.full)
        r = radii(rng, int(height * width / low**2), low, high)
        aspect = rng.uniform(0.3, 1.0, len(r))
        expected = -np.log(1 - cover) * height * width
        count = int(np.searchsorted(np.cumsum(2.5 * aspect * r**2), expected))
        x = rng.uniform(-high, width - high, count)
        standing = self.canvas.full[0] / 2 + (self.line - 0.5) * self.canvas.height
        y = rng.normal(standing, 0.12 * self.canvas.height, count)
        anywhere = rng.random(count) < 0.1 + 0.5 * self.place
        y[anywhere] = rng.uniform(-high, height - high, count)[anywhere]
        yield from self._dressed(rng, np.stack([x, y, r[:count], aspect[:count]], axis=1))

    def _dressed(self, rng: np.random.Generator, forms: NDArray[np.float64]) -> Iterator[Leaf]:
        """Leaves of the given (x, y, r, aspect), ``(N, 4)``, with form, colour and texture."""
        count, palette = len(forms), self.canvas.palette
        colour = palette.colours(rng, count, 0.05, 0.95)
        angle, contrast = rng.uniform(0, np.pi, count), rng.uniform(0.15, 0.45, count)
        texture, shade = rng.integers(4, size=count), rng.uniform(0, 0.4, count)
        across, down = shade * np.cos(palette.light), shade * np.sin(palette.light)
        for k, (x, y, r, aspect) in enumerate(forms.tolist()):
            yield Leaf(
                x,
                y,
                r,
                aspect,
                angle=float(angle[k]),
                edges=polygon(rng),
                colour=colour[k],
                texture=int(texture[k]),
                contrast=float(contrast[k]),
                shading=(float(across[k]), float(down[k])),
            )
