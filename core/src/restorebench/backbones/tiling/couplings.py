"""Couplings: the layers of a network through which every pixel depends on every other.

Each is a sum over positions, which can be taken piece by piece, and a layer that acts position by
position once the sum is known.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TypeAlias

import torch
from torch import Tensor, nn

from restorebench.backbones.tlc import AveragePool

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


def coupling_of(module: nn.Module) -> Coupling | None:
    """The coupling that a layer is; None for a local layer, and for one that is made of others."""
    return Mean() if isinstance(module, AveragePool) else None
