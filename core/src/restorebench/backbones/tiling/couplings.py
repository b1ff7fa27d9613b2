"""Couplings: the layers of a network through which every pixel depends on every other.

Each is a sum over positions, which can be taken piece by piece, and a layer that acts position by
position once the sum is known.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TypeAlias

import torch
from torch import Tensor, nn

from restorebench.backbones.layers.attention import LinearAttention
from restorebench.backbones.layers.tlc import AveragePool

Sums: TypeAlias = tuple[Tensor, ...]
"""What is known of a coupling from some of the positions."""


class Coupling(ABC):
    """A layer, taken apart."""

    @abstractmethod
    def sums(self, x: Tensor) -> Sums:
        """Over the positions of (N, C, H, W)."""

    def joined(self, one: Sums, other: Sums) -> Sums:
        """Over the positions of both."""
        return tuple(a + b for a, b in zip(one, other, strict=True))

    @abstractmethod
    def act(self, x: Tensor, sums: Sums) -> Tensor:
        """What the layer gives for `x` as a part of all those positions."""


class Mean(Coupling):
    """The average pooling of NAFNet's channel attention."""

    def sums(self, x: Tensor) -> Sums:
        """The sum (N, C, 1, 1), and how many."""
        total = x.sum((2, 3), keepdim=True, dtype=torch.promote_types(x.dtype, torch.float32))
        return total.double(), torch.tensor(float(x.shape[-2] * x.shape[-1]))

    def act(self, x: Tensor, sums: Sums) -> Tensor:
        """The mean, (N, C, 1, 1)."""
        total, count = sums
        return (total / count).to(x.dtype)


class LinearContext(Coupling):
    """The context of linear attention: softmax_n(K)ᵀ V, with its softmax over all positions."""

    def __init__(self, layer: LinearAttention) -> None:
        self.layer = layer

    def sums(self, x: Tensor) -> Sums:
        """The largest of K, and relative to it Σ exp(K)ᵀ V and Σ exp(K); and how many positions."""
        top, weighted, total = self.layer.sums(x)
        count = torch.tensor(float(x.shape[-2] * x.shape[-1]))
        return top.double(), weighted.double(), total.double(), count

    def joined(self, one: Sums, other: Sums) -> Sums:
        """Both relative to the larger of the largest."""
        top = torch.maximum(one[0], other[0])
        left, right = (one[0] - top).exp(), (other[0] - top).exp()
        weighted, total = (a * left + b * right for a, b in zip(one[1:3], other[1:3], strict=True))
        return top, weighted, total, one[3] + other[3]

    def act(self, x: Tensor, sums: Sums) -> Tensor:
        """The attention's output."""
        _, weighted, total, count = sums
        return self.layer.attend(x, (weighted / total).to(x.dtype), count)


def coupling_of(module: nn.Module) -> Coupling | None:
    """The coupling that a layer is; None for a local layer, and for one that is made of others."""
    if isinstance(module, LinearAttention):
        return LinearContext(module)
    return Mean() if isinstance(module, AveragePool) else None
