"""NAFNet layer by layer: every mean is that of the whole image, and only maps are kept whole.

Each block takes two passes over strips of its map: the gated half, which is kept and averaged,
then the rest of the block in place. What lies between is a strip's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from restorebench.allocator import give_back_freed_memory
from restorebench.backbones.layers.modulation import Part
from restorebench.backbones.layers.nafblock import NAFBlock
from restorebench.backbones.layers.scam import StereoAttention
from restorebench.backbones.layers.tlc import AveragePool
from restorebench.backbones.nafnet import NAFNet
from restorebench.backbones.tiling.windows import Span, spans

_LARGE = 32 << 20
"""Bytes of a map from which on memory is short."""


def blocks_of(network: nn.Module) -> list[NAFBlock]:
    """The blocks of a NAFNet or a part of it, in the order of their use."""
    return [module for module in network.modules() if isinstance(module, NAFBlock)]


@dataclass
class Layers:
    """A NAFNet from the map of level `first` down and up again, on a whole map, in strips.

    `parts` are those of its blocks; a strip of the finest map has about `pixels`, and as many
    numbers on every level. `window`: the side, in pixels of the input, of the windows that the
    channel attention averages over; None for what the network does itself.
    """

    net: NAFNet
    first: int
    parts: Iterator[Part]
    pixels: int
    window: int | None = None

    def __call__(self, x: Tensor) -> Tensor:
        """The map of level `first`, after all blocks below; `x` is overwritten."""
        skips = []
        levels = range(self.first, len(self.net.encoder))
        for level in levels:
            self._through(self.net.encoder[level], x, level)
            skips.append(x)
            x = self._down(self.net.down[level], x)
        self._through(self.net.middle, x, len(self.net.encoder))
        for level in reversed(levels):
            own = len(self.net.decoder) - 1 - level
            x = self._up(self.net.up[own], x, skips.pop())
            self._through(self.net.decoder[own], x, level)
        return x

    def _through(self, blocks: nn.Module, x: Tensor, level: int) -> None:
        for block in blocks_of(blocks):
            self._block(block, x, next(self.parts), level)

    def _block(self, block: NAFBlock, x: Tensor, part: Part, level: int) -> None:
        time, condition = part
        tidied(x)
        h = torch.empty_like(x)
        total = self._gated(block, x, h, time)
        weights = self._weights(block, h, total, level)
        for rows in self._strips(x):
            own, gated = _rows(x, rows), _rows(h, rows)
            own.copy_(block.mixed(own, gated * weights(rows), time, condition))
        if isinstance(block.fusion, StereoAttention):
            self._fuse(block.fusion, x)

    def _gated(self, block: NAFBlock, x: Tensor, h: Tensor, time: Tensor | None) -> Tensor:
        """Fill `h` with the gated half of the block; its sum over positions, float64."""
        total = torch.zeros(*x.shape[:2], 1, 1, dtype=torch.float64, device=x.device)
        for rows in self._strips(x):
            outer = rows.grown(1, x.shape[-2])
            made = _rows(block.gated(_rows(x, outer), time), rows.within(outer))
            total += made.sum((2, 3), keepdim=True, dtype=torch.float32)
            _rows(h, rows).copy_(made)
        return total

    def _weights(
        self, block: NAFBlock, h: Tensor, total: Tensor, level: int
    ) -> Callable[[Span], Tensor]:
        """The channel attention's weights for some rows of `h`."""
        own = None if self.window is None else (max(1, self.window >> level),) * 2
        pool = block.pool if own is None else AveragePool(own)
        if pool.covers(h):
            known: Tensor = block.attention((total / h[0, 0].numel()).to(h.dtype))
            return lambda rows: known
        return lambda rows: block.attention(pool.strip(h, *rows))

    def _fuse(self, fusion: StereoAttention, x: Tensor) -> None:
        """Stereo attention: a few rows at once, for it compares each column with each."""
        small = fusion.size(*x.shape[-2:])
        numbers = self.pixels * self.net.config.width
        at_once = max(1, numbers // (len(x) * small[1] ** 2)) if fusion.by_rows(x) else small[0]
        if fusion.stride == 1:
            for rows in spans(small[0], at_once):
                _rows(x, rows).add_(fusion.found(_rows(x, rows)))
            return
        found = map_like(x, len(x), x.shape[1], *small)
        for rows in spans(small[0], at_once):
            part = x if at_once >= small[0] else _rows(x, rows.scaled(fusion.stride))
            _rows(found, rows).copy_(fusion.found(part))
        for rows in self._strips(x):
            _rows(x, rows).add_(fusion.rows(found, x, *rows))

    def _down(self, layer: nn.Module, x: Tensor) -> Tensor:
        n, channels, height, width = x.shape
        out = map_like(x, n, 2 * channels, height // 2, width // 2)
        for rows in self._strips(out):
            _rows(out, rows).copy_(layer(_rows(x, rows.scaled(2))))
        return out

    def _up(self, layer: nn.Module, x: Tensor, skip: Tensor) -> Tensor:
        for rows in self._strips(x):
            _rows(skip, rows.scaled(2)).add_(layer(_rows(x, rows)))
        return skip

    def _strips(self, x: Tensor) -> list[Span]:
        n, channels, height, width = x.shape
        pixels = self.pixels * self.net.config.width // channels // n
        return spans(height, max(1, pixels // width))


def _rows(x: Tensor, rows: Span) -> Tensor:
    return x[..., slice(*rows), :]


def tidied(beside: Tensor) -> None:
    """Give back what strips left in the heap, before there is a second map like `beside`.

    It is a fifth of a gigabyte at 24 megapixels and grows with the number of strips.
    """
    if beside.device.type == "cpu" and beside.nbytes > _LARGE:
        give_back_freed_memory()


def map_like(like: Tensor, *shape: int) -> Tensor:
    """A map (N, C, H, W) to be filled, channels last, of the type of `like`."""
    return torch.empty(
        shape, dtype=like.dtype, device=like.device, memory_format=torch.channels_last
    )
