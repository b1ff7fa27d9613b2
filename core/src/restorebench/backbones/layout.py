"""Channels last: the layout in which these networks keep their weights and maps."""

from __future__ import annotations

from typing import TypeVar

import torch
from torch import Tensor, nn

N = TypeVar("N", bound=nn.Module)


def channels_last(network: N) -> N:
    """`network`, its weights laid out with the channels last."""
    network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # undeclared
    return network


def laid_out(x: Tensor) -> Tensor:
    """(N, C, H, W), laid out with the channels last."""
    return x.contiguous(memory_format=torch.channels_last)
