"""Upsampling the input of a network that works at the size of its output."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
import torch
from torch.nn.functional import interpolate

from restorebench.data.colour import as_float, quantise
from restorebench.data.resize import imresize
from restorebench.types import Array


def bicubic(image: Array, scale: int) -> Array:
    """MATLAB's `imresize`, a = −0.5, in 8 bit: the image of the restorer 'bicubic'."""
    height, width = image.shape[-2:]
    return as_float(imresize(quantise(image), (height * scale, width * scale)))


def pytorchs(image: Array, scale: int) -> Array:
    """PyTorch's bicubic, a = −0.75, unclipped: what Refusion's stereo network was trained on."""
    larger: Array = interpolate(
        torch.from_numpy(image), scale_factor=scale, mode="bicubic", align_corners=False
    ).numpy()
    return larger


def nearest(image: Array, scale: int) -> Array:
    """Every pixel `scale` times in each direction."""
    return np.repeat(np.repeat(image, scale, axis=-2), scale, axis=-1)


METHODS: Mapping[str, Callable[[Array, int], Array]] = MappingProxyType(
    {"bicubic": bicubic, "bicubic-0.75": pytorchs, "nearest": nearest}
)


def enlarged(image: Array, scale: int, method: str) -> Array:
    """``(V, 3, H, W)`` to ``(V, 3, sH, sW)`` by a method of `Setup.enlarge`."""
    return image if scale == 1 else METHODS[method](image, scale)
