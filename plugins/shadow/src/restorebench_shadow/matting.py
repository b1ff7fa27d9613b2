"""The shadow's mask as a restorer gets it, and a soft one from a binary one."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import uniform_filter

from restorebench.errors import SampleError
from restorebench.types import Array, Sample

BINARY = 1e-3
"""A mask is taken as binary if no more than this share of it lies between 0.1 and 0.9."""


def shadow_mask(sample: Sample) -> Array:
    """The sample's mask, ``(1, H, W)``, 1 in full shadow; `SampleError` without one."""
    if sample.mask is None:
        msg = (
            f"sample {sample.id!r} has no mask; this restorer needs to know where the shadow is: "
            "use a data set with masks, or a restorer that finds shadows itself"
        )
        raise SampleError(msg)
    return sample.mask


def is_binary(mask: Array) -> bool:
    """Whether a mask has no penumbra to speak of."""
    return float(np.mean((mask > 0.1) & (mask < 0.9))) <= BINARY


def guided_filter(p: Array, guide: Array, radius: int, eps: float = 1e-4) -> Array:
    """He, Sun & Tang, TPAMI 2013: `p` smoothed along the edges of `guide`, ``(H, W)``.

    Windows are ``2·radius + 1`` wide; `eps` is the variance below which the guide counts as flat.
    """
    size = 2 * radius + 1
    mean_p, mean_g = uniform_filter(p, size), uniform_filter(guide, size)
    covariance = uniform_filter(p * guide, size) - mean_p * mean_g
    variance = uniform_filter(guide * guide, size) - mean_g**2
    slope = covariance / (variance + eps)
    offset = mean_p - slope * mean_g
    filtered: Array = uniform_filter(slope, size) * guide + uniform_filter(offset, size)
    return filtered


def soften(mask: Array, image: Array, radius: int) -> Array:
    """A binary mask ``(1, H, W)`` made soft by the image's own edges; a soft one as it is.

    Within `radius` pixels of the outline, the guided filter stands in for the matting of Guo et
    al.; He et al. show how it relates to the matting Laplacian. `image` is sRGB ``(3, H, W)``.
    """
    if radius == 0 or not is_binary(mask):
        return mask
    hard = (mask[0] > 0.5).astype(np.float32)
    near = uniform_filter(hard, 2 * radius + 1)
    outline = (near > 1e-3) & (near < 1 - 1e-3)
    soft = np.clip(guided_filter(hard, image.mean(axis=0), radius), 0.0, 1.0)
    return np.where(outline, soft, hard)[None].astype(np.float32)
