"""Distances of an output from its target: scalars, means over all elements."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import torch
from torch import Tensor

Distance = Callable[[Tensor, Tensor], Tensor]

CHARBONNIER_EPS = 1e-3


def l1(out: Tensor, target: Tensor) -> Tensor:
    """Mean absolute error."""
    return (out - target).abs().mean()


def l2(out: Tensor, target: Tensor) -> Tensor:
    """Mean squared error."""
    return (out - target).square().mean()


def charbonnier(out: Tensor, target: Tensor) -> Tensor:
    """√(d² + ε²), ε = 10⁻³: L1 with a round corner (Charbonnier et al., ICIP 1994)."""
    return torch.sqrt((out - target).square() + CHARBONNIER_EPS**2).mean()


DISTANCES: Mapping[str, Distance] = MappingProxyType(
    {"l1": l1, "l2": l2, "charbonnier": charbonnier}
)
