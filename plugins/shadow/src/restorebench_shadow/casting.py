"""Drawing a shadow for a scene: a sun, a sky, and one to three occluders of a fitting size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from restorebench.data.colour import through_8bit, to_srgb
from restorebench.data.noise import fractal_noise
from restorebench.data.seeding import rng_of
from restorebench.types import JSON, Array, Sample
from restorebench_shadow.light import Daylight, Vector, left_over, shade
from restorebench_shadow.silhouettes import SILHOUETTES
from restorebench_shadow.sun import Occluder, direction, points, umbra, visibility

AREA = (0.15, 0.38)
"""The share of the image that the shadow is sized to, before the penumbra."""


@dataclass(frozen=True, eq=False)
class Shadow:
    """A shadow on a scene: v ``(1, H, W)``, ℓ ``(3, H, W)``, and how it was drawn."""

    v: Array
    left: Array
    facts: dict[str, JSON]


def sample(sample_id: str, J: Array, depth: Array, focal: float) -> Sample:
    """The pair of lit radiance `J` (linear light ``(3, H, W)``) and its shadowed image.

    `depth` is in metres, ``(1, H, W)``, `focal` in pixels. A pure function of its arguments. The
    mask is 1 − v in 256 levels, and it is the mask so rounded that shades the image: where it is
    0, input and target are the same.
    """
    shadow = cast(sample_id, depth, focal)
    mask = through_8bit(1.0 - shadow.v)
    facts = {**shadow.facts, "shadow_area": round(float(mask.mean()), 4)}
    I = shade(J, 1.0 - mask, shadow.left)  # noqa: E741
    degraded, target = (through_8bit(to_srgb(light))[None] for light in (I, J))
    return Sample(sample_id, degraded, target, mask=mask, meta=facts)


def cast(key: str, depth: Array, focal: float) -> Shadow:
    """A random shadow for a scene of that depth, the same for the same `key`."""
    rng = rng_of(f"shadow/{key}")
    _, height, width = depth.shape
    P = points(depth, focal)
    s = direction(np.deg2rad(rng.uniform(10, 35)), np.deg2rad(rng.uniform(20, 160)))
    kinds = rng.choice(list(SILHOUETTES), size=rng.integers(1, 4), replace=False)
    occluders = _fit([_draw(rng, kind, P) for kind in kinds], P, s, rng.uniform(*AREA))
    day = Daylight(rng.uniform(5000, 5800), rng.uniform(9000, 20000), rng.uniform(0.25, 0.55))
    facts: dict[str, JSON] = {
        "occluders": ", ".join(
            f"{k} at {o.distance:.1f} m" for k, o in zip(kinds, occluders, strict=True)
        ),
        "sky_share": round(day.share, 3),
    }
    kappa = 1.0 - rng.uniform(0.3, 0.7) * fractal_noise(rng, height, width, exponent=4.0)
    left = left_over(day.ambient(), kappa[None], rng.uniform(0.05, 0.5, 3))
    return Shadow(visibility(P, focal, s, occluders), left, facts)


def _draw(rng: np.random.Generator, kind: str, P: Array) -> Occluder:
    """An occluder above the farthest of three random points, 0.1 to 6 times that depth away.

    The farthest, so that shadows lie on the ground behind rather than on single near things.
    """
    rows, columns = (rng.uniform(0.2, 0.8, (3, 2)) * P.shape[1:]).astype(int).T
    anchor = max(P[:, rows, columns].T.astype(np.float64), key=lambda point: point[2])
    distance = float(anchor[2] * np.exp(rng.uniform(np.log(0.1), np.log(6.0))))
    reach = float(anchor[2] * rng.uniform(0.6, 1.0))
    lean, turn = float(rng.uniform(-0.5, 0.5)), float(rng.uniform(-np.pi, np.pi))
    return Occluder(SILHOUETTES[kind](rng), anchor, reach, distance, lean, turn)


def _fit(occluders: Sequence[Occluder], P: Array, s: Vector, area: float) -> list[Occluder]:
    """The occluders, all scaled by the one factor whose umbra covers `area` of the image.

    By bisection on every fourth pixel, the factor between 1/8 and 8.
    """
    coarse = P[:, ::4, ::4]
    low, high = -3.0, 3.0
    for _ in range(9):
        middle = (low + high) / 2
        scaled = [replace(o, reach=o.reach * 2.0**middle) for o in occluders]
        if umbra(coarse, s, scaled).mean() < area:
            low = middle
        else:
            high = middle
    return scaled
