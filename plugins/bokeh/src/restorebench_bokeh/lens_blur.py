"""A classical lens blur: the input cut into planes by its depth, each blurred by what is missing.

The planes are cut from a flat image, so what an object hides has to be guessed. After Kraus &
Strengert, "Depth-of-field rendering by pyramidal image processing", CGF 26(3), 2007: soft culling
into sub-images by depth, extension of each into what nearer ones hide, blurring, and normalised
blending from far to near; the circle of confusion is that of Potmesil & Chakravarty, "A lens and
aperture camera model for synthetic image generation", SIGGRAPH 1981.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter

from restorebench.data.colour import to_linear, to_srgb
from restorebench.errors import OptionError, SampleError
from restorebench.restorers.base import Context
from restorebench.types import Array, Restoration, Sample
from restorebench_bokeh.aperture import aperture_kernel, blur
from restorebench_bokeh.condition import Condition
from restorebench_bokeh.lens import relative_defocus

VISIBLE = 1e-3
"""Less coverage than this counts as none."""


_WIDEST = 4096
"""Pixels that a point may be blurred over: more is a depth of another unit, or none at all."""


@dataclass(frozen=True)
class LensBlur:
    """Blur an image from its source lens's circle of confusion to the target lens's.

    A blur of c_s pixels becomes one of c_t by √(c_t² − c_s²) more (second moments add). Where the
    target lens is the sharper one (its f-number is not smaller) there is nothing to add and the
    input is returned unchanged: this method does not deblur. The aperture is taken for a disc.

    `step` is the greatest difference of blur, in pixels, within a plane; `planes` their greatest
    number.
    """

    step: float = 1.0
    planes: int = 24

    def __post_init__(self) -> None:
        if not self.step > 0 or self.planes < 2:
            msg = (
                f"lens-blur: step={self.step!r}, planes={self.planes!r}; "
                "the step must be positive and there are at least 2 planes"
            )
            raise OptionError(msg)

    def restore(self, sample: Sample, context: Context) -> Restoration:
        """Restore one sample; `SampleError` that names it if it lacks what is needed."""
        where = f"lens-blur: sample {sample.id!r}"
        try:
            condition = Condition.read(sample.condition, where)
        except SampleError as error:
            if sample.depth is None:
                msg = f"{error}, and depth in metres"
                raise SampleError(msg) from error
            raise
        if condition.target_f_number >= condition.source_f_number:
            return Restoration(sample.degraded)
        defocus = relative_defocus(_depth(sample, where)[0], condition.focus_distance)
        strength = _added_blur(condition)
        _check_blur(sample, defocus, strength, where)
        light = to_linear(sample.degraded[0])
        image = self._through_planes(light, defocus.astype(np.float32), strength)
        return Restoration(to_srgb(image)[None])

    def _through_planes(self, light: Array, defocus: Array, strength: float) -> Array:
        """`light` ``(3, H, W)`` blurred by `strength`·|`defocus`| pixels, `defocus` ``(H, W)``."""
        positions = self._positions(defocus, strength)
        spacing = float(positions[0] - positions[1])
        out = np.zeros((4, *defocus.shape), np.float32)
        for x in positions:
            weight = np.maximum(1.0 - np.abs(defocus - x) / spacing, 0.0)
            if weight.max() < VISIBLE:
                continue
            nearer = np.clip((x - defocus) / spacing, 0.0, 1.0)
            c = strength * abs(float(x))
            plane = _extended(light, weight, nearer, reach=strength * float(-defocus.min()) / 2)
            covered = blur(plane, aperture_kernel(c))
            out = covered + np.clip(1 - covered[3:], 0, 1).astype(np.float32) * out
        return np.asarray(np.maximum(out[:3], 0) / np.maximum(out[3:], VISIBLE), np.float32)

    def _positions(self, defocus: Array, strength: float) -> Array:
        """Relative defocus of the planes, far to near, at equal distances, one of them in focus."""
        far, near = max(float(defocus.max()), 0.0), min(float(defocus.min()), 0.0)
        span = max(far - near, 1e-6)
        spacing = max(self.step / max(strength, 1e-6), span / (self.planes - 2))
        count_far, count_near = math.ceil(far / spacing), math.ceil(-near / spacing)
        steps = np.arange(max(count_far, 1), -count_near - 1, -1, dtype=np.float32)
        return np.asarray(steps * spacing, np.float32)


def _depth(sample: Sample, where: str) -> Array:
    """The sample's depth map; `SampleError`, which starts with `where`, if there is no such."""
    if sample.depth is None:
        msg = f"{where} has no depth map; this restorer needs metres per pixel, (1, H, W)"
        raise SampleError(msg)
    if not bool((sample.depth > 0).all()):
        msg = f"{where} has depths of 0; they must be positive metres, and large where unknown"
        raise SampleError(msg)
    return sample.depth


def _check_blur(sample: Sample, defocus: Array, strength: float, where: str) -> None:
    """Raise `SampleError`, which starts with `where`, if depth gives blurs that no lens has."""
    nearest = np.unravel_index(int(np.abs(defocus).argmax()), defocus.shape)
    widest = strength * abs(float(defocus[nearest]))
    if widest <= _WIDEST:
        return
    assert sample.depth is not None
    y, x = map(int, nearest)
    metres = float(sample.depth[0, y, x])
    msg = (
        f"{where} has a depth of {metres:.3g} m at row {y}, column {x}, which "
        f"this lens blurs over {widest:.3g} pixels; depth must be in metres, and large where "
        "unknown: mend the map, or state its unit (--depth-unit)"
    )
    raise SampleError(msg)


def _added_blur(condition: Condition) -> float:
    """√(c_t² − c_s²) of a point at infinity, pixels; at relative defocus x it is |x| times that."""
    return math.sqrt(
        float(condition.target_blur(np.inf)) ** 2 - float(condition.source_blur(np.inf)) ** 2
    )


def _extended(light: Array, weight: Array, nearer: Array, reach: float) -> Array:
    """A plane as premultiplied light and coverage ``(4, H, W)``, grown behind what is nearer.

    Behind nearer pixels it goes on with the normalised blur of its own, as far as there is support
    within the nearest things' blur (`reach` pixels): farther in, nothing of it can be seen.
    """
    own = np.concatenate([weight * light, weight[None]])
    if reach < 0.5:
        return own
    spread = np.stack([gaussian_filter(channel, reach, truncate=2.0) for channel in own])
    support = spread[3]
    share = nearer * np.minimum(2.0 * support, 1.0)
    hidden: Array = share * spread / np.maximum(support, VISIBLE)
    return own + hidden
