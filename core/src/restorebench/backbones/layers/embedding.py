"""Sinusoidal embedding of times and of other numbers."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from restorebench.backbones.layers.blocks import simple_gate


def sinusoid(values: Tensor, dim: int) -> Tensor:
    """sin(t f_j), then cos(t f_j), with f_j = 10000^(−j / (dim/2 − 1)), j = 0 … dim/2 − 1.

    `values` of any shape and dtype give float32 (…, dim); `dim` is even and at least 4.
    The frequencies are rounded as in the networks that were trained with them (IR-SDE).
    Vaswani et al., NeurIPS 2017, section 3.5.
    """
    half = dim // 2
    j = torch.arange(half, dtype=torch.float32, device=values.device)
    f = torch.exp(j * -(math.log(10000) / (half - 1)))
    angle = values.float()[..., None] * f
    return torch.cat([angle.sin(), angle.cos()], dim=-1)


class GatedEmbedding(nn.Module):
    """Sinusoids of K numbers, then Linear, SimpleGate, Linear: (…, K) to (…, 4 · width).

    The dense parts of Refusion's time embedding (K = 1) and lens embedding (K = 3);
    Luo et al., CVPRW 2023.
    """

    def __init__(self, width: int, numbers: int = 1) -> None:
        super().__init__()
        self.width = width
        self.expand = nn.Linear(numbers * width, 8 * width)
        self.project = nn.Linear(4 * width, 4 * width)

    def forward(self, values: Tensor) -> Tensor:
        """Embed (N, K)."""
        waves = sinusoid(values, self.width).flatten(-2).to(self.expand.weight.dtype)
        embedded: Tensor = self.project(simple_gate(self.expand(waves), dim=-1))
        return embedded
