"""Channels last: the layout in which these networks keep their weights and maps."""

from __future__ import annotations

import torch
from torch import Tensor, nn


def use_channels_last(network: nn.Module) -> None:
    """Lay out the weights of `network` with the channels last."""
    network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # undeclared


def laid_out(x: Tensor) -> Tensor:
    """(N, C, H, W), laid out with the channels last."""
    return x.contiguous(memory_format=torch.channels_last)
