"""Small parts that several networks share."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import pixel_shuffle


def simple_gate(x: Tensor, dim: int = 1) -> Tensor:
    """The product of the two halves of `x` along `dim` (Chen et al., ECCV 2022, equation 4)."""
    left, right = x.chunk(2, dim)
    return left * right


def weighed(x: Tensor, weights: Tensor) -> Tensor:
    """`x` times `weights`, in the memory of `x` where no gradient is asked for."""
    return x * weights if torch.is_grad_enabled() else x.mul_(weights)


def added(x: Tensor, y: Tensor, gain: Tensor) -> Tensor:
    """x + y · `gain`, in the memory of `y` where no gradient is asked for.

    A new block of the size of a feature map costs a page fault for every 4 KiB of it.
    """
    reused = y.dtype == x.dtype and not torch.is_grad_enabled()
    return torch.addcmul(x, y, gain, out=y if reused else None)


class PixelShuffleUp(nn.Module):
    """Twice the size, half the channels: a 1×1 convolution to 2C, then pixel shuffle."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.expand = nn.Conv2d(channels, 2 * channels, 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) to (N, C/2, 2H, 2W)."""
        return pixel_shuffle(self.expand(x), 2)
