"""NAFNet in the layout of its public code, with the weights and the interface of ours.

Channels first, LayerNorm by `torch.var` and `torch.mean` over the channel axis, scales and shifts
from a linear layer in every block and call.
"""

from __future__ import annotations

from copy import deepcopy
from functools import partial
from typing import Any

import torch
from torch import Tensor

from restorebench.backbones.backbone import Backbone
from restorebench.backbones.layers.nafblock import NAFBlock
from restorebench.backbones.layers.norm import ChannelNorm
from restorebench.backbones.layers.padding import pad_to_multiple
from restorebench.backbones.nafnet import NAFNet
from restorebench.backbones.network_inputs import read


class Plain(Backbone):
    """A copy of a network; times and conditions are embedded anew in each call."""

    def __init__(self, network: NAFNet) -> None:
        super().__init__()
        self.network, self.inputs = deepcopy(network), network.inputs
        self.network.to(memory_format=torch.contiguous_format)
        self.network.prepare = partial(_prepared, self.network)
        for module in self.network.modules():
            if isinstance(module, NAFBlock):
                module.forward = partial(_block, module)
            elif isinstance(module, ChannelNorm):
                module.forward = partial(_norm, module)

    def forward(
        self,
        x: Tensor,
        mu: Tensor | None = None,
        time: float | Tensor | None = None,
        condition: Tensor | None = None,
        *,
        modulation: Any = None,
    ) -> Tensor:
        """Shapes as of `Backbone`."""
        return self.network(x, mu, time, condition)


def _prepared(network: NAFNet, x: Tensor, mu: Tensor | None) -> Tensor:
    return pad_to_multiple(read(x, mu, network.inputs), network.config.multiple).contiguous()


def _norm(
    norm: ChannelNorm, x: Tensor, shift: Tensor | None = None, scale: Tensor | None = None
) -> Tensor:
    variance = torch.var(x, dim=1, unbiased=False, keepdim=True)
    mean = torch.mean(x, dim=1, keepdim=True)
    y = (x - mean) * (variance + norm.eps).rsqrt() * norm.weight[:, None, None]
    if norm.bias is not None:
        y = y + norm.bias[:, None, None]
    if shift is None or scale is None:
        return y
    return y * (scale[..., None, None] + 1) + shift[..., None, None]


def _gate(x: Tensor) -> Tensor:
    a, b = x.chunk(2, dim=1)
    return a * b


def _block(
    block: NAFBlock, x: Tensor, time: Tensor | None = None, condition: Tensor | None = None
) -> Tensor:
    shift1, scale1, shift2, scale2 = (None,) * 4 if time is None else time.chunk(4, dim=-1)
    h = _gate(block.depthwise(block.expand(block.norm1(x, shift1, scale1))))
    h = h * block.attention(h.mean((2, 3), keepdim=True))
    y = x + block.project(h) * block.beta
    h = _gate(block.expand2(block.norm2(y, shift2, scale2)))
    if condition is not None:
        scale, shift = condition[..., None, None].chunk(2, dim=-3)
        h = h * (scale + 1) + shift
    y = y + block.project2(h) * block.gamma
    return y if block.fusion is None else block.fusion(y)
