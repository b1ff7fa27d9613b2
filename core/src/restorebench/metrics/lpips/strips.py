"""LPIPS over strips of rows: the number of the whole image in bounded memory.

A strip begins at a multiple of the network's whole stride, so that its features lie on the grid of
the whole image's. Features that its cut edges reach are left out; the next strip overlaps by
enough rows to bring them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from math import prod
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np

from restorebench.data.mapped import let_go
from restorebench.metrics.lpips.difference import Scratch, difference
from restorebench.types import Pixels

if TYPE_CHECKING:
    from torch import Tensor, nn

BYTES = 64 << 20
"""What the widest features of one strip of one image take, about."""


class Rows(NamedTuple):
    """Rows [begin, end) of a layer's `total` that are known exactly; `top` is the first at hand."""

    top: int
    begin: int
    end: int
    total: int


class Window(NamedTuple):
    """What a layer reads along one axis: `size` rows every `stride`, from `padding` above."""

    size: int
    stride: int = 1
    padding: int = 0
    ceil: bool = False

    def after(self, rows: Rows) -> Rows:
        """The rows of the layer's output; at the image's own borders its padding is right."""
        slack = rows.total + 2 * self.padding - self.size + (self.stride - 1) * self.ceil
        total = slack // self.stride + 1
        if self.ceil and (total - 1) * self.stride >= rows.total + self.padding:
            total -= 1  # PyTorch's: the last window begins inside the image
        begin = -(-(rows.begin + self.padding) // self.stride) if rows.begin else 0
        end = (rows.end + self.padding - self.size) // self.stride + 1
        whole = rows.end == rows.total
        return Rows(rows.top // self.stride, begin, total if whole else end, total)


Slices: TypeAlias = "Sequence[Sequence[nn.Module]]"
"""The layers of a trunk, cut where LPIPS compares features."""


def distance(network: Any, prediction: Pixels, target: Pixels, max_bytes: int = BYTES) -> float:
    """LPIPS of two 8-bit images ``(3, H, W)``, scaled to [−1, 1]; `network` is an `lpips.LPIPS`.

    Features are float32, their means are exact.
    """
    import torch

    slices = [list(getattr(network.net, f"slice{k + 1}")) for k in range(network.L)]
    done, sums, s = [0] * len(slices), [0.0] * len(slices), Scratch()
    height, width = target.shape[1:]
    with torch.inference_mode():
        for rows in strips(slices, height, width, max_bytes):
            given = (p[:, rows.top : rows.end] for p in (prediction, target))
            pair = [_through(slices[0], _input(network, pixels, s)) for pixels in given]
            let_go()
            for k, layers in enumerate(slices):
                if k:  # one after the other, so that what was read is freed before the next is
                    for _ in range(2):
                        pair.append(_through(layers, pair.pop(0)))
                rows = _after(layers, rows)
                new = slice(max(done[k], rows.begin) - rows.top, rows.end - rows.top)
                share = rows.total * pair[0].shape[-1]
                sums[k] += difference(network.lins[k], [x[..., new, :] for x in pair], s) / share
                done[k] = max(done[k], rows.end)
            pair.clear()
    return sum(sums)


def strips(slices: Slices, height: int, width: int, max_bytes: int) -> Iterator[Rows]:
    """The rows of the input, strip by strip."""
    stride = prod(window.stride for window in _windows(chain(*slices)))
    shared = overlap(slices, stride)
    tall = int(max_bytes / (width * _bytes_per_pixel(chain(*slices))))
    step = max(tall - shared, stride) // stride * stride
    for top in range(0, max(height - shared, 1), step):
        end = min(top + step + shared, height)
        yield Rows(top, top, end, height)


def overlap(slices: Slices, stride: int) -> int:
    """The fewest rows, a multiple of `stride`, by which strips must overlap to leave no gap."""
    far = 1 << 20
    for shared in range(stride, far, stride):
        above, below = Rows(0, 0, far, 2 * far), Rows(far - shared, far - shared, 2 * far, 2 * far)
        for layers in slices:
            above, below = _after(layers, above), _after(layers, below)
            if below.begin > above.end:
                break
        else:
            return shared
    msg = "these layers see the whole image"
    raise ValueError(msg)


def _windows(layers: Iterator[nn.Module] | Sequence[nn.Module]) -> Iterator[Window]:
    """Of AlexNet's, VGG's or SqueezeNet's layers; none for what works on each pixel."""
    from torch import nn

    for layer in layers:
        if isinstance(layer, nn.Conv2d | nn.MaxPool2d):
            shape = (_side(layer.kernel_size), _side(layer.stride), _side(layer.padding))
            yield Window(*shape, bool(getattr(layer, "ceil_mode", False)))
        elif type(layer).__name__ == "Fire":  # 1×1 convolutions, and one of 3×3 on the same grid
            yield Window(3, 1, 1)


def _side(value: Any) -> int:
    return int(value[0] if isinstance(value, tuple) else value)


def _after(layers: Sequence[nn.Module], rows: Rows) -> Rows:
    for window in _windows(layers):
        rows = window.after(rows)
    return rows


def _bytes_per_pixel(layers: Iterator[nn.Module]) -> float:
    """Of the widest features, for a pixel of the input, in float32."""
    from torch import nn

    widest, area = 0.0, 1.0
    for layer in layers:
        area *= prod(window.stride for window in _windows([layer])) ** 2
        if isinstance(layer, nn.Conv2d):
            widest = max(widest, 4 * layer.out_channels / area)
    return widest


def _input(network: Any, pixels: Pixels, scratch: Scratch) -> Tensor:
    """What `network.scaling_layer` gives, which would take twice the memory."""

    (scaled,) = scratch.tensors(1, (1, *pixels.shape))
    np.copyto(scaled[0].numpy(), pixels)
    layer = network.scaling_layer
    return scaled.div_(127.5).sub_(1).sub_(layer.shift).div_(layer.scale)


def _through(layers: Sequence[nn.Module], x: Tensor) -> Tensor:
    for layer in layers:
        x = layer(x)
    return x
