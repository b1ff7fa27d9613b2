"""Restormer: a regression, or with the time one step of a diffusion."""

from __future__ import annotations

from collections.abc import Iterator

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from restorebench.backbones.backbone import Family, Inputs, Modulated
from restorebench.backbones.fold_views import fold, unfold
from restorebench.backbones.layers.blocks import simple_gate
from restorebench.backbones.layers.channels_last import laid_out, use_channels_last
from restorebench.backbones.layers.embedding import GatedEmbedding
from restorebench.backbones.layers.modulation import Modulation, Part
from restorebench.backbones.layers.padding import crop, pad_to_multiple
from restorebench.backbones.layers.restormer_block import TransformerBlock
from restorebench.backbones.network_inputs import read, refuse_condition, times_of
from restorebench.backbones.restormer_config import MULTIPLE, SIZES, Config


class Restormer(Modulated):
    """A U of transformer blocks whose attention is between channels, not positions.

    Zamir et al., CVPR 2022; the time's scale and shift on both halves of a block are as in
    Refusion's NAFNet. Any height and width: pads by reflection to multiples of 8, and crops.
    """

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.config = config
        self.inputs = Inputs(channels=config.channels, degraded=config.degraded, timed=config.timed)
        width, taken = config.width, config.channels * (2 if config.degraded else 1)
        sizes = [width << level for level in range(4)]
        self.time = GatedEmbedding(width) if config.timed else None
        self.intro = _conv(taken, width, 3)
        self.encoder = nn.ModuleList(_blocks(config, level, sizes[level]) for level in range(4))
        self.down = nn.ModuleList(_conv(size, size // 2, 3) for size in sizes[:3])
        self.up = nn.ModuleList(_conv(size, 2 * size, 3) for size in reversed(sizes[1:]))
        self.reduce = nn.ModuleList(_conv(2 * size, size, 1) for size in (sizes[2], sizes[1]))
        # the first level has no reduction: it works on twice its channels to the end
        shapes = ((2, sizes[2]), (1, sizes[1]), (0, sizes[1]))
        self.decoder = nn.ModuleList(_blocks(config, *shape) for shape in shapes)
        self.refinement = _blocks(config, 0, sizes[1], config.refinement)
        self.ending = _conv(sizes[1], config.channels, 3)
        use_channels_last(self)

    def embed(
        self, time: float | Tensor | None = None, condition: Tensor | None = None
    ) -> Modulation:
        """Scales and shifts of all blocks; `time` is a number or (T,), ignored if not timed."""
        refuse_condition(condition)
        if self.time is None:
            return Modulation()
        times = times_of(time, self.intro.weight)
        t = simple_gate(self.time(times[..., None]), dim=-1)
        blocks = [module for module in self.modules() if isinstance(module, TransformerBlock)]
        return Modulation(tuple(b.time(t) for b in blocks if b.time is not None))

    def predict(self, x: Tensor, mu: Tensor | None, modulation: Modulation) -> Tensor:
        """x and μ (B, C, H, W) or (B, 1, C, H, W); the result as x."""
        padded = pad_to_multiple(read(x, mu, self.inputs), MULTIPLE, "mirror")
        y = self._run(
            laid_out(padded),
            modulation.for_batch(x.shape[0], 1).parts(),
        )
        y = crop(y, *x.shape[-2:])
        return unfold(y + fold(x, self.inputs) if self.config.residual else y, x)

    def _run(self, z: Tensor, parts: Iterator[Part]) -> Tensor:
        x = _through(self.encoder[0], self.intro(z), parts)
        skips = []
        for down, blocks in zip(self.down, list(self.encoder)[1:], strict=True):
            skips.append(x)
            x = _through(blocks, F.pixel_unshuffle(down(x), 2), parts)
        for k, (up, blocks) in enumerate(zip(self.up, self.decoder, strict=True)):
            x = torch.cat([F.pixel_shuffle(up(x), 2), skips.pop()], dim=1)
            x = self.reduce[k](x) if k < len(self.reduce) else x
            x = _through(blocks, x, parts)
        y: Tensor = self.ending(_through(self.refinement, x, parts))
        return y


def _conv(read: int, channels: int, size: int) -> nn.Conv2d:
    return nn.Conv2d(read, channels, size, padding=size // 2, bias=False)


def _blocks(config: Config, level: int, channels: int, count: int | None = None) -> nn.ModuleList:
    many = config.blocks[level] if count is None else count
    return nn.ModuleList(
        TransformerBlock(
            channels,
            heads=config.heads[level],
            hidden=int(channels * config.expansion),
            time_dim=2 * config.width if config.timed else 0,
            norm_mean=config.norm_mean,
            norm_eps=config.norm_eps,
        )
        for _ in range(many)
    )


def _through(blocks: nn.Module, x: Tensor, parts: Iterator[Part]) -> Tensor:
    for block in blocks.children():
        x = block(x, next(parts)[0])
    return x


FAMILY = Family(
    name="restormer",
    config=Config,
    build=Restormer,
    sizes=SIZES,
    citation="Zamir et al., CVPR 2022",
)
