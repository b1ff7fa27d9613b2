"""The levels of IR-SDE's U-Net, which Refusion's latent compressor is made of too."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor, nn

from restorebench.backbones.layers.inference import activated, doubled, summed
from restorebench.backbones.layers.modulation import Modulation, Part


class ResBlock(nn.Module):
    """Two 3×3 convolutions with SiLU, beside a shortcut; no norm (IR-SDE's public code).

    `time_dim` is the width of the time's embedding, 0 for none; the time's scale and shift act
    between the first convolution and its SiLU.
    """

    def __init__(self, read: int, channels: int, *, time_dim: int = 0) -> None:
        super().__init__()
        self.time = nn.Linear(time_dim, 2 * channels) if time_dim else None
        self.conv1 = nn.Conv2d(read, channels, 3, padding=1, bias=False)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        same = read == channels
        self.shortcut = None if same else nn.Conv2d(read, channels, 1, bias=False)

    def forward(self, x: Tensor, time: Tensor | None = None) -> Tensor:
        """(N, C, H, W); `time` (…, 2C'), scale before shift, as this block's layer gives it."""
        h = self.conv1(x)
        if time is not None:
            scale, shift = time[..., None, None].chunk(2, dim=-3)
            h = torch.addcmul(shift, h, scale + 1)
        h = activated(self.conv2(activated(h)))
        return summed(h, x, self.shortcut)


class Upsample(nn.Module):
    """Twice the size by repetition, then a 3×3 convolution."""

    def __init__(self, read: int, channels: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(read, channels, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) to (N, C', 2H, 2W)."""
        return doubled(x, self.conv)


def resample_down(read: int, channels: int, *, halve: bool) -> nn.Module:
    """To half the size by a 4×4 convolution, or at the same size by a 3×3 one."""
    if halve:
        return nn.Conv2d(read, channels, 4, stride=2, padding=1)
    return nn.Conv2d(read, channels, 3, padding=1, bias=False)


def resample_up(read: int, channels: int, *, double: bool) -> nn.Module:
    """To twice the size, or at the same size by a 3×3 convolution."""
    if double:
        return Upsample(read, channels)
    return nn.Conv2d(read, channels, 3, padding=1, bias=False)


class Level(nn.Module):
    """Two blocks, attention and fusion after the second, then a change of size."""

    def __init__(
        self,
        block1: ResBlock,
        block2: ResBlock,
        resample: nn.Module,
        attention: nn.Module | None = None,
        fusion: nn.Module | None = None,
    ) -> None:
        super().__init__()
        self.block1 = block1
        self.block2 = block2
        self.attention = attention
        self.fusion = fusion
        self.resample = resample

    def down(self, x: Tensor, parts: Iterator[Part]) -> tuple[Tensor, Tensor, Tensor]:
        """What goes on, and the two maps that the way up will read, in the order made."""
        first = self.block1(x, next(parts)[0])
        second = self._attend(self.block2(first, next(parts)[0]))
        return self.resample(second), first, second

    def up(self, x: Tensor, second: Tensor, first: Tensor, parts: Iterator[Part]) -> Tensor:
        """Each block reads one of the maps that the way down has left."""
        h = self.block1(torch.cat([x, second], dim=1), next(parts)[0])
        h = self.block2(torch.cat([h, first], dim=1), next(parts)[0])
        y: Tensor = self.resample(self._attend(h))
        return y

    def _attend(self, x: Tensor) -> Tensor:
        x = x if self.attention is None else self.attention(x)
        return x if self.fusion is None else self.fusion(x)


def levels_of(levels: nn.ModuleList) -> Iterator[Level]:
    """The levels of one side of a U, as what they are."""
    return (level for level in levels if isinstance(level, Level))


def time_rows(network: nn.Module, embedded: Tensor) -> Iterator[Tensor]:
    """Scale and shift (…, 2C) of each block that takes the time, in the order of their use."""
    for block in network.modules():
        if isinstance(block, ResBlock) and block.time is not None:
            yield block.time(embedded)


def untimed() -> Iterator[Part]:
    """The parts of a network that takes no time."""
    return Modulation().parts()
