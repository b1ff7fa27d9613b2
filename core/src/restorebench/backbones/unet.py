"""The conditional U-Net of IR-SDE."""

from __future__ import annotations

from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from restorebench.backbones.backbone import Family, Inputs, Modulated
from restorebench.backbones.fold_views import fold, unfold
from restorebench.backbones.layers.attention import NormedAttention
from restorebench.backbones.layers.channels_last import laid_out, use_channels_last
from restorebench.backbones.layers.embedding import sinusoid
from restorebench.backbones.layers.levels import (
    Level,
    ResBlock,
    levels_of,
    resample_down,
    resample_up,
    time_rows,
)
from restorebench.backbones.layers.modulation import Modulation
from restorebench.backbones.layers.padding import crop, pad_to_multiple
from restorebench.backbones.layers.scam import StereoAttention
from restorebench.backbones.network_inputs import read, refuse_condition, times_of
from restorebench.backbones.unet_config import SIZES, Config


class TimeEmbedding(nn.Module):
    """Sinusoids, Linear, GELU, Linear: numbers (…,) to (…, 4 · width)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.width = width
        self.expand = nn.Linear(width, 4 * width)
        self.project = nn.Linear(4 * width, 4 * width)

    def forward(self, time: Tensor) -> Tensor:
        """Embed."""
        waves = sinusoid(time, self.width).to(self.expand.weight.dtype)
        embedded: Tensor = self.project(F.gelu(self.expand(waves)))
        return embedded


class UNet(Modulated):
    """A U of residual blocks without norm, with attention on every level.

    Luo et al., ICML 2023 (IR-SDE). Any height and width: pads by reflection to multiples of
    2^levels, and crops.
    """

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.config = config
        self.inputs = Inputs(
            channels=config.channels,
            views=config.views,
            degraded=config.degraded,
            timed=config.timed,
        )
        width = config.width
        sizes = [width * m for m in (1, *config.multipliers)]
        steps = list(pairwise(sizes))
        taken = config.channels * (2 if config.degraded else 1)
        pad = config.kernel // 2
        self.time = TimeEmbedding(width) if config.timed else None
        self.intro = nn.Conv2d(taken, width, config.kernel, padding=pad, bias=False)
        self.down = nn.ModuleList(
            _down(config, *step, halve=k + 1 < len(steps)) for k, step in enumerate(steps)
        )
        bottom = sizes[-1]
        self.middle1 = _block(config, bottom, bottom)
        self.attention = NormedAttention(bottom, eps=config.norm_eps, full=config.middle == "full")
        self.fusion = _fusion(config, bottom)
        self.middle2 = _block(config, bottom, bottom)
        self.up = nn.ModuleList(
            _up(config, *step, double=k > 0) for k, step in reversed(list(enumerate(steps)))
        )
        self.final = _block(config, 2 * width, width)
        self.ending = nn.Conv2d(width, config.channels, 3, padding=1)
        use_channels_last(self)

    def embed(
        self, time: float | Tensor | None = None, condition: Tensor | None = None
    ) -> Modulation:
        """Scales and shifts of all blocks; `time` is a number or (T,), ignored if not timed."""
        refuse_condition(condition)
        if self.time is None:
            return Modulation()
        t = F.silu(self.time(times_of(time, self.intro.weight)))
        return Modulation(tuple(time_rows(self, t)))

    def predict(self, x: Tensor, mu: Tensor | None, modulation: Modulation) -> Tensor:
        """x and μ (B, V, C, H, W), or (B, C, H, W) with one view; the result as x."""
        view = read(x, mu, self.inputs, difference=self.config.difference)
        padded = pad_to_multiple(view, self.config.multiple, "mirror")
        y = self._run(
            laid_out(padded),
            modulation.for_batch(x.shape[0], self.config.views),
        )
        y = crop(y, *x.shape[-2:])
        return unfold(y + fold(x, self.inputs) if self.config.residual else y, x)

    def _run(self, z: Tensor, modulation: Modulation) -> Tensor:
        parts = modulation.parts()
        x = intro = self.intro(z)
        skips: list[Tensor] = []
        for level in levels_of(self.down):
            x, *made = level.down(x, parts)
            skips += made
        x = self.attention(self.middle1(x, next(parts)[0]))
        x = x if self.fusion is None else self.fusion(x)
        x = self.middle2(x, next(parts)[0])
        for level in levels_of(self.up):
            x = level.up(x, skips.pop(), skips.pop(), parts)
        y: Tensor = self.ending(self.final(torch.cat([x, intro], dim=1), next(parts)[0]))
        return y


def _fusion(config: Config, channels: int) -> StereoAttention | None:
    if config.views == 1:
        return None
    return StereoAttention(channels, stride=1, eps=config.norm_eps, bias=False)


def _block(config: Config, read: int, channels: int) -> ResBlock:
    return ResBlock(read, channels, time_dim=4 * config.width if config.timed else 0)


def _down(config: Config, read: int, channels: int, *, halve: bool) -> Level:
    return Level(
        _block(config, read, read),
        _block(config, read, read),
        resample_down(read, channels, halve=halve),
        NormedAttention(read, eps=config.norm_eps),
        _fusion(config, read),
    )


def _up(config: Config, channels: int, read: int, *, double: bool) -> Level:
    return Level(
        _block(config, read + channels, read),
        _block(config, read + channels, read),
        resample_up(read, channels, double=double),
        NormedAttention(read, eps=config.norm_eps),
        _fusion(config, read),
    )


FAMILY = Family(
    name="unet",
    config=Config,
    build=UNet,
    sizes=SIZES,
    citation="Luo et al., ICML 2023",
)
