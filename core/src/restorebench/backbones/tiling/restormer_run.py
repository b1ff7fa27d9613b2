"""One call of a Restormer, block by block, each in strips of its map.

Both halves of a block read a row beyond a strip and are written over their own map, so that there
is one map of each level. The products of channels are summed by a pass of their own, which makes Q
and K alone; the next one makes V.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from restorebench.backbones.layers.modulation import Part
from restorebench.backbones.layers.restormer_block import TransformerBlock
from restorebench.backbones.restormer import Restormer
from restorebench.backbones.tiling.couplings import Similar, Sums
from restorebench.backbones.tiling.held import Ledger
from restorebench.backbones.tiling.layers import map_like, tidied
from restorebench.backbones.tiling.windows import Region, Span, spans


class Run:
    """`output` of a map is the network's, without its padding and what is added in the end."""

    def __init__(self, net: Restormer, pixels: int, ledger: Ledger, parts: Iterator[Part]) -> None:
        self.net, self.ledger, self.parts = net, ledger, parts
        self.numbers = count()
        self.values = pixels * net.config.width

    def output(self, z: Tensor) -> Tensor:
        """Of the map that the network reads, (N, C, H, W) at multiples of 8, what is added to x."""
        net = self.net
        x = self._made(z, net.intro.out_channels, net.intro)
        self._through(net.encoder[0], x)
        skips = []
        for down, blocks in zip(net.down, list(net.encoder)[1:], strict=True):
            skips.append(x)
            x = self._down(down, x)
            self._through(blocks, x)
        for k, (up, blocks) in enumerate(zip(net.up, net.decoder, strict=True)):
            reduce = net.reduce[k] if k < len(net.reduce) else nn.Identity()
            x = self._up(up, reduce, x, skips.pop())
            self._through(blocks, x)
        self._through(net.refinement, x)
        return self._made(x, net.ending.out_channels, net.ending)

    def _through(self, blocks: nn.Module, x: Tensor) -> None:
        for block in blocks.children():
            assert isinstance(block, TransformerBlock)
            self._block(block, x, next(self.parts)[0])

    def _block(self, block: TransformerBlock, x: Tensor, time: Tensor | None) -> None:
        similarity = self._similarity(block, x, time)

        def attended(own: Tensor) -> Tensor:
            values = block.attention.values(block.read(own, time))
            return own + block.attention.mixed(values, similarity)

        self._over(x, attended)
        self._over(x, lambda own: block.fed_forward(own, time))

    def _similarity(self, block: TransformerBlock, x: Tensor, time: Tensor | None) -> Tensor:
        """That of the whole image as far as it is known, else of this map."""
        number, coupling = next(self.numbers), Similar(block.attention.similarity)
        sums = self.ledger.known.get(number)
        if self.ledger.record or sums is None:
            found = self._sums(coupling, block, x, time)
            sums = found if sums is None else sums
            if self.ledger.record:
                self.ledger.put(number, coupling, found)
        return coupling.act(x, sums)

    def _sums(
        self, coupling: Similar, block: TransformerBlock, x: Tensor, time: Tensor | None
    ) -> Sums:
        """Over the core of the window, or the whole map."""
        height, width = x.shape[-2:]
        core = self.ledger.core
        region = Region(Span(0, height), Span(0, width))
        region = region if core is None else core.scaled(height, self.ledger.extent)
        total: Sums | None = None
        for part in spans(region.rows.size, self._at_once(x)):
            rows = Span(part.start + region.rows.start, part.stop + region.rows.start)
            outer = rows.grown(1, height)
            made = block.attention.queries_and_keys(block.read(_rows(x, outer), time))
            sums = coupling.sums(Region(rows.within(outer), region.columns).of(made))
            total = sums if total is None else coupling.joined(total, sums)
        assert total is not None
        return total

    def _over(self, x: Tensor, run: Callable[[Tensor], Tensor]) -> None:
        """``run(x)`` in the place of x; a row is kept of what the next strip reads and is lost."""
        height = x.shape[-2]
        above = x[..., :0, :]
        for rows in spans(height, self._at_once(x)):
            below = _rows(x, Span(rows.start, min(height, rows.stop + 1)))
            given = torch.cat([above, below], dim=-2) if above.shape[-2] else below
            own = _rows(run(given), Span(above.shape[-2], above.shape[-2] + rows.size))
            above = x[..., rows.stop - 1 : rows.stop, :].clone()
            _rows(x, rows).copy_(own)

    def _made(self, x: Tensor, channels: int, layer: nn.Module) -> Tensor:
        """A 3×3 convolution at the same size."""
        out = map_like(x, len(x), channels, *x.shape[-2:])
        for rows in spans(x.shape[-2], self._at_once(out if channels > x.shape[1] else x)):
            outer = rows.grown(1, x.shape[-2])
            _rows(out, rows).copy_(_rows(layer(_rows(x, outer)), rows.within(outer)))
        return out

    def _down(self, layer: nn.Module, x: Tensor) -> Tensor:
        n, channels, height, width = x.shape
        tidied(x)
        out = map_like(x, n, 2 * channels, height // 2, width // 2)
        for rows in spans(height // 2, self._at_once(out)):
            own = rows.scaled(2)
            outer = own.grown(1, height)
            made = _rows(layer(_rows(x, outer)), own.within(outer))
            _rows(out, rows).copy_(F.pixel_unshuffle(made, 2))
        return out

    def _up(self, layer: nn.Module, reduce: nn.Module, x: Tensor, skip: Tensor) -> Tensor:
        """At twice the size, beside what the way down has left."""
        tidied(skip)
        channels = skip.shape[1] * (2 if isinstance(reduce, nn.Identity) else 1)
        out = map_like(skip, len(skip), channels, *skip.shape[-2:])
        for rows in spans(x.shape[-2], self._at_once(x)):
            outer, fine = rows.grown(1, x.shape[-2]), rows.scaled(2)
            made = F.pixel_shuffle(_rows(layer(_rows(x, outer)), rows.within(outer)), 2)
            _rows(out, fine).copy_(reduce(torch.cat([made, _rows(skip, fine)], dim=1)))
        return out

    def _at_once(self, x: Tensor) -> int:
        n, channels, _, width = x.shape
        return max(1, self.values // (n * channels * width))


def _rows(x: Tensor, rows: Span) -> Tensor:
    return x[..., slice(*rows), :]
