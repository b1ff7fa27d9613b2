"""A network over tiles of an image, each with a halo that is thrown away."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import torch
from torch import Tensor


class Span(NamedTuple):
    """Pixels of one axis: `start` to `stop` are kept, `low` to `high` are read."""

    start: int
    stop: int
    low: int
    high: int


def spans(size: int, tile: int, halo: int) -> Iterator[Span]:
    """The tiles of one axis, in order; the last one may be smaller."""
    for start in range(0, size, tile):
        stop = min(start + tile, size)
        yield Span(start, stop, max(start - halo, 0), min(stop + halo, size))


def tiled(
    call: Callable[[Tensor], Tensor], images: Tensor, tile: int, halo: int, scale: int = 1
) -> Tensor:
    """`call` on tiles of (N, C, H, W), put together; on all of it where `tile` is 0.

    `call` enlarges `scale` times. Equal to one call where an output pixel depends on input pixels
    at most `halo` away.
    """
    height, width = images.shape[-2:]
    if not tile or (height <= tile and width <= tile):
        return call(images)
    rows = []
    for y in spans(height, tile, halo):
        row = []
        for x in spans(width, tile, halo):
            out = call(images[..., y.low : y.high, x.low : x.high])
            row.append(out[..., _kept(y, scale), _kept(x, scale)].clone())
        rows.append(torch.cat(row, -1))
    return torch.cat(rows, -2)


def _kept(span: Span, scale: int) -> slice:
    return slice((span.start - span.low) * scale, (span.stop - span.low) * scale)
