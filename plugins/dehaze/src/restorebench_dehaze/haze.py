"""Haze in linear light: I = J·t + A·(1 − t), with a density that varies in all three dimensions.

The letters of He, Sun and Tang (TPAMI 2011): I the hazy image, J the clear one, A the airlight,
t the transmission, β the scattering coefficient in 1/m, τ = ∫ β ds the optical depth of a ray.

Where A is the same at every point of the ray, light obeys dL/ds = β(s)·(A − L) however β varies
(Koschmieder's law); its solution is I = J·t + A·(1 − t) with t = exp(−τ), exactly.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from restorebench.data.scenes import Scene, fractal_noise
from restorebench.types import Array

SLABS = 6
"""Slabs of the medium between the camera and the far end of the scene."""

NEAREST_EDGE = 1 / 16
"""The nearest slab's depth, as a fraction of the far end; each further slab is thicker."""

EXPONENT = 11 / 3
"""Of the density's power spectrum: Obukhov (1949) and Corrsin (1951), a scalar in turbulent air.

Its spectrum falls as k^(−11/3) in three dimensions, and so does, in two, that of its sum through
a thick slab.
"""

FAR_TAU = (0.7, 3.5)
"""Least and greatest mean optical depth of a scene's far end: 50 % to 3 % of its light arrives.

Chosen on the training and validation scenes, whose hazy images score about 9 to 18 dB.
"""

CONTRAST_TAU = 3.912
"""−ln 0.02: visibility V = 3.912 / β is where contrast has fallen to 2 % (Koschmieder 1924)."""


@dataclass(frozen=True, eq=False)
class Haze:
    """A hazy medium before the camera, cut into K slabs across the line of sight.

    `edges`     ``(K,)`` metres, the near side of each slab, ascending from 0; the last has no end
    `beta`      ``(K, H, W)`` 1/m, ≥ 0: along one pixel's ray β is constant within a slab
    `airlight`  ``(3,)`` linear light, A
    """

    edges: Array
    beta: Array
    airlight: Array

    @property
    def visibility(self) -> float:
        """Meteorological visibility V = 3.912 / β at the mean β, metres."""
        return CONTRAST_TAU / float(self.beta.mean())

    def optical_depth(self, depth: Array | float) -> Array:
        """τ = ∫₀^depth β ds, ``(1, H, W)``; `depth` in metres, a number or ``(1, H, W)``.

        The integral of the slabs is exact: piecewise linear in depth, and never falling.
        """
        tau = np.zeros((1, *self.beta.shape[1:]), np.float32)
        far_sides = [*self.edges[1:], np.inf]
        for near, far, beta in zip(self.edges, far_sides, self.beta, strict=True):
            tau += (np.clip(depth, near, far) - near) * beta
        return tau

    def transmission(self, depth: Array | float) -> Array:
        """t = exp(−τ) in (0, 1], ``(1, H, W)``."""
        return np.exp(-self.optical_depth(depth))

    def veil(self, radiance: Array, depth: Array | float) -> Array:
        """I = J·t + A·(1 − t): `radiance` J ``(3, H, W)``, linear, seen through the haze."""
        t = self.transmission(depth)
        hazy: Array = radiance * t + self.airlight[:, None, None] * (1 - t)
        return hazy

    def veil_scene(self, scene: Scene) -> Array:
        """A layered scene seen through the haze, ``(3, H, W)`` linear light.

        Each layer is veiled at its own depth and only then composited: the fraction w of a pixel
        that shows a layer sees it through the haze before *that* layer. The fractions add to one,
        so I = Σ w·(J·t + A·(1 − t)) and a soft edge mixes two transmissions, not two depths.
        """
        inner = (
            slice(scene.margin, scene.margin + scene.height),
            slice(scene.margin, scene.margin + scene.width),
        )
        hazy = np.zeros((3, scene.height, scene.width), np.float32)
        for layer in scene.layers:
            veiled = self.veil(layer.radiance[:, *inner], layer.depth)
            alpha = layer.alpha[:, *inner]
            hazy = veiled * alpha + hazy * (1 - alpha)
        return hazy


def slab_edges(far: float) -> Array:
    """Near sides of the slabs, ``(SLABS,)`` metres: 0, then in equal ratios towards `far`.

    A puff of one physical size looks smaller further away, so slabs that thicken with distance
    keep the clouds' apparent size in step with the noise, which has one scale for all slabs.
    """
    ratios = NEAREST_EDGE ** (1 - np.arange(SLABS - 1) / (SLABS - 1))
    return (far * np.array([0.0, *ratios])).astype(np.float32)


def clouds(rng: np.random.Generator, height: int, width: int, sigma: float) -> Array:
    """A log-normal fractal density ``(H, W)`` of mean 1; `sigma` is the deviation of its logarithm.

    Log-normal, as concentrations of a scalar in turbulence are: patchy, never negative.
    """
    z = fractal_noise(rng, height, width, exponent=EXPONENT)
    density = np.exp(sigma * (z - z.mean()) / z.std())
    normalised: Array = (density / density.mean()).astype(np.float32)
    return normalised


def draw_haze(rng: np.random.Generator, height: int, width: int, far: float) -> Haze:
    """Haze at random before a scene that ends at `far` metres.

    The mean optical depth of the far end is log-uniform in `FAR_TAU`: thin to dense, whatever the
    scene's size in metres. The logarithm of the density deviates by 0.4 to 0.9, and the airlight is
    near white: 0.75 to 0.95 of full scale, up to 4 % redder or bluer.
    """
    tau = np.exp(rng.uniform(*np.log(FAR_TAU)))
    sigma = rng.uniform(0.4, 0.9)
    tint = rng.uniform(-0.04, 0.04)
    airlight = rng.uniform(0.75, 0.95) * np.array([1 + tint, 1.0, 1 - tint])
    density = np.stack([clouds(rng, height, width, sigma) for _ in range(SLABS)])
    return Haze(slab_edges(far), density * np.float32(tau / far), airlight.astype(np.float32))
