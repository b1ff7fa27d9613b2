"""Layers with less work or memory where no gradient is asked for; the results differ by rounding.

Where gradients are, and where multiply–adds are counted, they are as published.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

_PAYS_FROM = 512
"""Positions of a map from which on adding up the weights of a convolution pays."""

_MATRIX_FROM, _MATRIX_TO = 20_480, 1 << 17
"""Numbers of a map: below the first PyTorch takes the product by itself, above the second it does
not pay."""


def is_small(x: Tensor) -> bool:
    """Whether the calls of layers count beside what they compute of `x`."""
    return x.numel() <= _MATRIX_TO and _here(x)


def product(conv: nn.Conv2d, x: Tensor) -> Tensor:
    """`conv`, 1×1, of a map that `is_small`; of a larger one of those by a matrix product."""
    if x.numel() <= _MATRIX_FROM:
        return torch.conv2d(x, conv.weight, conv.bias)
    last = F.linear(x.permute(0, 2, 3, 1), conv.weight.flatten(1), conv.bias)
    return last.permute(0, 3, 1, 2)


def pointwise(conv: nn.Module, x: Tensor) -> Tensor:
    """`conv`, 1×1, of `x`; of a map of middle size as a matrix product, which starts sooner."""
    if x.numel() > _MATRIX_FROM and type(conv) is nn.Conv2d and is_small(x):
        return product(conv, x)
    y: Tensor = conv(x)
    return y


def activated(x: Tensor) -> Tensor:
    """SiLU of a map that nothing else reads, in its memory."""
    return F.silu(x, inplace=not torch.is_grad_enabled())


def summed(h: Tensor, x: Tensor, shortcut: nn.Conv2d | None) -> Tensor:
    """`h` plus `x`, or plus a 1×1 convolution of `x` without bias, in the memory of `h`."""
    if shortcut is not None and _here(h) and _here(x):
        _rows(h).addmm_(_rows(x), shortcut.weight.flatten(1).t())
        return h
    y = x if shortcut is None else shortcut(x)
    return h + y if torch.is_grad_enabled() or y.dtype != h.dtype else h.add_(y)


def doubled(x: Tensor, conv: nn.Conv2d) -> Tensor:
    """`conv`, 3×3, of `x` repeated to twice the size: (N, C, H, W) to (N, C', 2H, 2W).

    As one transposed convolution, which multiplies the four equal pixels once: 4 multiplications
    for 9, and no map of twice the size in memory.
    """
    if _here(x) and x.shape[-2:].numel() >= _PAYS_FROM:
        return F.conv_transpose2d(x, _transposed(conv.weight), conv.bias, stride=2, padding=1)
    y: Tensor = conv(F.interpolate(x, scale_factor=2))
    return y


def _transposed(weight: Tensor) -> Tensor:
    """Weights (C', C, 3, 3) as those of the transposed convolution, (C, C', 4, 4)."""
    spread = F.pad(weight.flip(2, 3).transpose(0, 1), (1, 1, 1, 1))
    down = spread[:, :, 1:] + spread[:, :, :-1]
    return (down[..., 1:] + down[..., :-1]).contiguous(memory_format=torch.channels_last)


def _here(x: Tensor) -> bool:
    """Whether `x` is of the kind that this was measured for: float32 on a CPU, channels last."""
    known = x.is_cpu and x.dtype == torch.float32
    last = known and x.is_contiguous(memory_format=torch.channels_last)
    return last and torch.is_inference_mode_enabled()


def _rows(x: Tensor) -> Tensor:
    """(N, C, H, W) with the channels last as (N·H·W, C), in the same memory."""
    return x.permute(0, 2, 3, 1).view(-1, x.shape[1])
