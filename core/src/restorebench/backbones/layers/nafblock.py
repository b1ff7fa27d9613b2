"""The block of NAFNet, with the parts that time, condition and a second view add to it."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from restorebench.backbones.layers.blocks import added, simple_gate, weighed
from restorebench.backbones.layers.inference import is_small, pointwise, product
from restorebench.backbones.layers.norm import ChannelNorm
from restorebench.backbones.layers.tlc import AveragePool

_KNOWN = {nn.Conv2d, nn.Linear, ChannelNorm, AveragePool}
"""Layers that `NAFBlock.at_once` knows."""


class NAFBlock(nn.Module):
    """Depthwise half with channel attention, then feed-forward half, each with a gate for ReLU.

    Chen et al., ECCV 2022, figure 3; the time's scale and shift after either norm are Refusion's
    (Luo et al., CVPRW 2023, figure 3), and the condition's act inside the feed-forward half.

    `time_dim` and `condition_dim` are the widths of the gated embeddings, 0 for none;
    `kernel` is the window of the attention's pooling, None for the whole map.
    """

    def __init__(
        self,
        channels: int,
        *,
        time_dim: int = 0,
        condition_dim: int = 0,
        norm_eps: float = 1e-5,
        norm_bias: bool = False,
        kernel: tuple[int, int] | None = None,
        fusion: nn.Module | None = None,
    ) -> None:
        super().__init__()
        wide = 2 * channels
        self.time = nn.Linear(time_dim, 4 * channels) if time_dim else None
        self.condition = nn.Linear(condition_dim, wide) if condition_dim else None
        self.norm1 = ChannelNorm(channels, eps=norm_eps, bias=norm_bias)
        self.expand = nn.Conv2d(channels, wide, 1)
        self.depthwise = nn.Conv2d(wide, wide, 3, padding=1, groups=wide)
        self.pool = AveragePool(kernel)
        self.attention = nn.Conv2d(channels, channels, 1)
        self.project = nn.Conv2d(channels, channels, 1)
        self.norm2 = ChannelNorm(channels, eps=norm_eps, bias=norm_bias)
        self.expand2 = nn.Conv2d(channels, wide, 1)
        self.project2 = nn.Conv2d(channels, channels, 1)
        self.beta = nn.Parameter(torch.zeros(1, channels, 1, 1))
        self.gamma = nn.Parameter(torch.zeros(1, channels, 1, 1))
        self.fusion = fusion

    def forward(
        self, x: Tensor, time: Tensor | None = None, condition: Tensor | None = None
    ) -> Tensor:
        """(N, C, H, W); `time` (…, 4C) and `condition` (…, 2C) as this block's layers give them."""
        if time is not None and condition is None and is_small(x) and self._is_as_built(time):
            return self.at_once(x, time)
        h = self.gated(x, time)
        y = self.mixed(x, weighed(h, self.attention(self.pool(h))), time, condition)
        return y if self.fusion is None else self.fusion(y)

    def gated(self, x: Tensor, time: Tensor | None = None) -> Tensor:
        """What the channel attention averages and weighs; reads one pixel around each."""
        shift, scale, *_ = (None,) * 4 if time is None else time.chunk(4, dim=-1)
        return simple_gate(self.depthwise(pointwise(self.expand, self.norm1(x, shift, scale))))

    def mixed(
        self, x: Tensor, h: Tensor, time: Tensor | None = None, condition: Tensor | None = None
    ) -> Tensor:
        """The rest of the block but for the fusion, pixel by pixel; `h` is `gated`, weighed."""
        *_, shift2, scale2 = (None,) * 4 if time is None else time.chunk(4, dim=-1)
        y = added(x, pointwise(self.project, h), self.beta)
        h = simple_gate(pointwise(self.expand2, self.norm2(y, shift2, scale2)))
        if condition is not None:
            scale, shift = condition[..., None, None].chunk(2, dim=-3)
            h = torch.addcmul(shift, h, scale + 1)
        return added(y, pointwise(self.project2, h), self.gamma)

    def at_once(self, x: Tensor, time: Tensor) -> Tensor:
        """`forward` of a small map without gradients, without calls of modules.

        Those take as long as a sixth of all that is computed of such a map.
        """
        shift1, scale1, shift2, scale2 = time.chunk(4)
        wide, dw = product(self.expand, _normed(self.norm1, x, shift1, scale1)), self.depthwise
        h = simple_gate(torch.conv2d(wide, dw.weight, dw.bias, 1, 1, 1, wide.shape[1]))
        h.mul_(product(self.attention, h.mean((2, 3), keepdim=True)))
        y = product(self.project, h)
        torch.addcmul(x, y, self.beta, out=y)
        h = simple_gate(product(self.expand2, _normed(self.norm2, y, shift2, scale2)))
        z = product(self.project2, h)
        return torch.addcmul(y, z, self.gamma, out=z)

    def _is_as_built(self, time: Tensor) -> bool:
        """Whether `at_once` computes it: no layer was replaced, none has hooks."""
        for layer in self._modules.values():
            if layer is None:
                continue
            if type(layer) not in _KNOWN or layer._forward_hooks or layer._forward_pre_hooks:
                return False
        return time.ndim == 1 and self.pool.kernel is None and self.norm1.bias is None


def _normed(norm: ChannelNorm, x: Tensor, shift: Tensor, scale: Tensor) -> Tensor:
    last, gain = x.permute(0, 2, 3, 1), norm.weight * (scale + 1)
    return torch.layer_norm(last, gain.shape, gain, shift, norm.eps).permute(0, 3, 1, 2)
