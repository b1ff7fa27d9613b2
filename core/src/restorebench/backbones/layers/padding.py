"""Padding at the right and at the bottom, so that a network can halve the image L times."""

from __future__ import annotations

from typing import Literal

import torch
from torch import Tensor
from torch.nn.functional import pad

from restorebench.errors import ImageError

Mode = Literal["zeros", "reflect", "mirror"]


def pad_to_multiple(x: Tensor, multiple: int, mode: Mode = "zeros") -> Tensor:
    """Grow (N, C, H, W) to the next multiples of `multiple`; a multiple already stays as it is.

    ``"reflect"`` leaves out the edge pixel and raises `ImageError` where the image is too small
    to be reflected once; ``"mirror"`` reflects as often as it takes, and is the same elsewhere.
    """
    height, width = x.shape[-2:]
    down, right = -height % multiple, -width % multiple
    if not (down or right):
        return x
    if mode == "zeros":
        return pad(x, (0, right, 0, down))
    if mode == "mirror":
        return _mirrored(_mirrored(x, -2, height + down), -1, width + right)
    _can_reflect(height, width, down, right)
    return pad(x, (0, right, 0, down), mode="reflect")


def crop(x: Tensor, height: int, width: int) -> Tensor:
    """The top left `height` × `width` of (…, H, W): what `pad_to_multiple` had been given."""
    return x[..., :height, :width]


def _can_reflect(height: int, width: int, down: int, right: int) -> None:
    for side, size, more in (("height", height, down), ("width", width, right)):
        if more >= size:
            msg = (
                f"a {height}×{width} image cannot be reflected by {more} pixels: its {side} "
                f"must be at least {more + 1}; enlarge it, or pad with 'mirror'"
            )
            raise ImageError(msg)


def _mirrored(x: Tensor, dim: int, size: int) -> Tensor:
    """`x` continued to `size` by reflections without the edge: 0 1 2 1 0 1 …"""
    last = x.shape[dim] - 1
    if size == last + 1:
        return x
    place = torch.arange(size, device=x.device)
    if last:
        place = place.remainder(2 * last)
        place = torch.minimum(place, 2 * last - place)
    else:
        place = torch.zeros_like(place)
    return x.index_select(dim, place)
