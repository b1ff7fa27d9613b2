"""Where the sun's disc is hidden: soft shadows of flat occluders on a scene of known depth.

The geometry. A pinhole camera of focal length f (pixels) looks along +z, x to the right, y down;
the pixel (u, w) of depth z shows the point ``P = z ((u − u₀)/f, (w − w₀)/f, 1)``, metres. The sun
stands in the direction s (unit vector, behind the camera). An occluder is a flat silhouette in a
plane that faces the sun, at the distance d₀ from its anchor point P₀; the ray from P to the sun
meets it at ``q = ((P − P₀)·e₁, (P − P₀)·e₂)``, with e₁, e₂ ⟂ s, after the distance
``d = d₀ + s·(P₀ − P) + lean·q₂`` (an occluder that leans is nearer to the scene at one end). Seen
from P, the sun's disc covers a circle of radius ``d·tan(α/2)`` around q, α = 0.53°; the hidden
share of the sun is the mean of the silhouette over that circle. Hence

- the penumbra of a straight edge is ``2 d tan(α/2)`` wide on the ground, in proportion to d;
- where the depth jumps, q does too: the shadow's edge is displaced, as it is in nature;
- what stands nearer to the sun than the occluder (d <= 0) stays lit.

The disc is uniformly bright (no limb darkening). Nothing is exaggerated.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.fft import irfft2, rfft2
from scipy.ndimage import map_coordinates
from scipy.special import j1

from restorebench.types import Array
from restorebench_shadow.light import Vector

SUN_DIAMETER = np.deg2rad(0.53)
"""α: the sun's apparent diameter, radians."""

_LEVELS = 6


@dataclass(frozen=True, eq=False)
class Occluder:
    """A silhouette ``(N, N)`` of half side `reach` (metres) above the scene point `anchor`.

    `distance` is d₀ in metres, `lean` the distance that is gained per metre of its own height, and
    `turn` its rotation in its plane (radians).
    """

    silhouette: Array
    anchor: Vector
    reach: float
    distance: float
    lean: float = 0.0
    turn: float = 0.0


def direction(tilt: float, azimuth: float) -> Vector:
    """s: the unit vector to a sun that stands `tilt` off the axis behind the camera (radians)."""
    return np.array(
        [
            np.sin(tilt) * np.cos(azimuth),
            -np.sin(tilt) * np.sin(azimuth),
            -np.cos(tilt),
        ]
    )


def points(depth: Array, focal: float) -> Array:
    """The scene point of each pixel, metres, ``(3, H, W)``; `depth` is ``(1, H, W)``."""
    _, height, width = depth.shape
    w, u = np.mgrid[:height, :width].astype(np.float32)
    x, y = (u - (width - 1) / 2) / focal, (w - (height - 1) / 2) / focal
    return np.stack([x, y, np.ones_like(x)]) * depth


def visibility(P: Array, focal: float, s: Vector, occluders: Sequence[Occluder]) -> Array:
    """v: the share of the sun's disc that each point sees, ``(1, H, W)`` in [0, 1].

    `P` are the scene's `points`. Several occluders multiply, which is exact wherever one of
    them leaves all or nothing of the disc, and takes their outlines as independent elsewhere.
    """
    v = np.ones((1, *P.shape[1:]), np.float32)
    for occluder in occluders:
        v *= 1.0 - _hidden(P, focal, s, occluder)
    return np.clip(v, 0.0, 1.0)


def umbra(P: Array, s: Vector, occluders: Sequence[Occluder]) -> NDArray[np.bool_]:
    """The shadow that a point-like sun would cast, ``(1, H, W)``: quick, for placing occluders."""
    dark = np.zeros((1, *P.shape[1:]), np.bool_)
    for occluder in occluders:
        q, d = _trace(P, s, occluder)
        hit = map_coordinates(occluder.silhouette, q, order=0, mode="nearest") >= 0.5
        dark |= hit & (d > 0)
    return dark


def _trace(P: Array, s: Vector, occluder: Occluder) -> tuple[Array, Array]:
    """Where rays to the sun meet the plane: texel (row, column) ``(2, H, W)``; d ``(H, W)``."""
    e1 = np.cross(s, [0.0, 1.0, 0.0])
    e1 /= np.linalg.norm(e1)
    e2 = np.cross(e1, s)
    cosine, sine = np.cos(occluder.turn), np.sin(occluder.turn)
    axes = np.stack([cosine * e2 - sine * e1, sine * e2 + cosine * e1, s])
    q2, q1, up = np.tensordot(axes, P - occluder.anchor[:, None, None], 1).astype(np.float32)
    d = occluder.distance - up + occluder.lean * q2
    texel = 2.0 * occluder.reach / (len(occluder.silhouette) - 1)
    middle = (len(occluder.silhouette) - 1) / 2
    q: Array = (np.stack([q2, q1]) / texel + middle).astype(np.float32)
    return q, d


def _hidden(P: Array, focal: float, s: Vector, occluder: Occluder) -> Array:
    """The hidden share of the sun's disc, ``(H, W)``: the silhouette's mean over the disc."""
    q, d = _trace(P, s, occluder)
    side = len(occluder.silhouette)
    texel = 2.0 * occluder.reach / (side - 1)
    # A pixel gathers light from its own footprint, z/f wide: no edge is sharper than that.
    r = np.hypot(np.maximum(d, 0.0) * np.tan(SUN_DIAMETER / 2), 0.7 * P[2] / focal) / texel
    r = np.clip(r, 0.75, side / 3)
    low, high = float(r.min()), max(float(r.max()), float(r.min()) * 1.01)
    margin = int(np.ceil(high)) + 2
    stack = _blurred(occluder.silhouette, np.geomspace(low, high, _LEVELS), margin)
    level = np.log(r / low) / np.log(high / low) * (_LEVELS - 1)
    where = np.stack([level, q[0] + margin, q[1] + margin])
    hidden = map_coordinates(stack, where, order=1, mode="nearest", output=np.float32)
    return np.where(d > 0, np.clip(hidden, 0.0, 1.0), 0.0).astype(np.float32)


def _blurred(silhouette: Array, radii: NDArray[np.float64], margin: int) -> Array:
    """The silhouette's means over discs of some `radii` (texels), ``(levels, N', N')``.

    By the disc's own transform ``2 J₁(ρ)/ρ``, so radii need not be whole; a Gaussian of half a
    texel keeps the outline's steps from ringing.
    """
    padded = np.pad(silhouette, 2 * margin, mode="edge")
    omega = 2 * np.pi * np.fft.fftfreq(len(padded))[:, None]
    nu = 2 * np.pi * np.fft.rfftfreq(len(padded))[None, :]
    length = np.maximum(np.hypot(omega, nu), 1e-9)
    spectrum = rfft2(padded) * np.exp(-0.125 * length**2).astype(np.float32)
    discs = [(2 * j1(r * length) / (r * length)).astype(np.float32) for r in radii]
    inner = np.s_[margin:-margin, margin:-margin]
    return np.stack([irfft2(spectrum * disc, padded.shape)[inner] for disc in discs])
