"""The block of NAFNet, with the parts that time, condition and a second view add to it."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from restorebench.backbones.layers.blocks import added, simple_gate, weighed
from restorebench.backbones.layers.inference import pointwise
from restorebench.backbones.layers.norm import ChannelNorm
from restorebench.backbones.layers.tlc import AveragePool


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
