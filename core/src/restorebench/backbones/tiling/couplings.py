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
from restorebench.backbones.layers.restormer_block import Similarity
from restorebench.backbones.layers.tlc import AveragePool

Sums: TypeAlias = tuple[Tensor, ...]
"""What is known of a coupling from some of the positions."""

_LEAST = 1e-12
"""The least length, as in `torch.nn.functional.normalize`."""


class Coupling(ABC):
    """A layer, taken apart."""

    @abstractmethod
    def sums(self, x: Tensor) -> Sums:
        """Over the positions of (N, C, H, W)."""

    def joined(self, one: Sums, other: Sums) -> Sums:
        """Over the positions of both."""
        return tuple(a + b for a, b in zip(one, other, strict=True))

    def enlarged(self, sums: Sums, times: int) -> Sums:
        """As if each position had been there so many times, as those of a reduced image are."""
        return sums

    @abstractmethod
    def act(self, x: Tensor, sums: Sums) -> Tensor:
        """What the layer gives for `x` as a part of all those positions."""


class Mean(Coupling):
    """The average pooling of NAFNet's channel attention."""

    def sums(self, x: Tensor) -> Sums:
        """The sum (N, C, 1, 1), and how many."""
        total = x.sum((2, 3), keepdim=True, dtype=torch.promote_types(x.dtype, torch.float32))
        return total.double(), _count(x)

    def act(self, x: Tensor, sums: Sums) -> Tensor:
        """The mean, (N, C, 1, 1)."""
        total, count = sums
        return (total / count).to(x.dtype)


def _count(x: Tensor) -> Tensor:
    return torch.tensor(float(x.shape[-2] * x.shape[-1]), dtype=torch.float64)


class LinearContext(Coupling):
    """The context of linear attention: softmax_n(K)ᵀ V, with its softmax over all positions."""

    def __init__(self, layer: LinearAttention) -> None:
        self.layer = layer

    def sums(self, x: Tensor) -> Sums:
        """The largest of K, and relative to it Σ exp(K)ᵀ V and Σ exp(K); and how many positions."""
        top, weighted, total = self.layer.sums(x)
        return top.double(), weighted.double(), total.double(), _count(x)

    def joined(self, one: Sums, other: Sums) -> Sums:
        """Both relative to the larger of the largest."""
        top = torch.maximum(one[0], other[0])
        left, right = (one[0] - top).exp(), (other[0] - top).exp()
        weighted, total = (a * left + b * right for a, b in zip(one[1:3], other[1:3], strict=True))
        return top, weighted, total, one[3] + other[3]

    def enlarged(self, sums: Sums, times: int) -> Sums:
        """Only how many positions there are matters: the rest is relative to it."""
        return (*sums[:3], sums[3] * times)

    def act(self, x: Tensor, sums: Sums) -> Tensor:
        """The attention's output."""
        _, weighted, total, count = sums
        return self.layer.attend(x, (weighted / total).to(x.dtype), count)


class Similar(Coupling):
    """Q̂ᵀ K̂ = Qᵀ K / (|Q| |K|), whose three parts are sums over positions."""

    def __init__(self, layer: Similarity) -> None:
        self.layer = layer

    def sums(self, x: Tensor) -> Sums:
        """Qᵀ K, (N, heads, c, c), and |Q|² and |K|², (N, heads, c, 1) and (N, heads, 1, c)."""
        wide = torch.promote_types(x.dtype, torch.float32)
        q, k = (one.to(wide) for one in self.layer.split(x))
        of_q, of_k = (one.square().sum(dim=-2).double() for one in (q, k))
        return (q.transpose(-1, -2) @ k).double(), of_q[..., None], of_k[..., None, :]

    def act(self, x: Tensor, sums: Sums) -> Tensor:
        """The similarity, (N, heads, c, c)."""
        product, of_q, of_k = sums
        lengths = of_q.sqrt().clamp_min(_LEAST) * of_k.sqrt().clamp_min(_LEAST)
        return (product / lengths).to(x.dtype)


def coupling_of(module: nn.Module) -> Coupling | None:
    """The coupling that a layer is; None for a local layer, and for one that is made of others."""
    if isinstance(module, LinearAttention):
        return LinearContext(module)
    if isinstance(module, Similarity):
        return Similar(module)
    return Mean() if isinstance(module, AveragePool) else None
