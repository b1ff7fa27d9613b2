"""Stereo cross attention: each view looks along its rows at the other view."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import interpolate

from restorebench.backbones.layers.norm import ChannelNorm


class StereoAttention(nn.Module):
    """SCAM: F_{r→l} = softmax(Q_l Q_rᵀ / √C) V_r along each row, and the same from left to right.

    Works at 1 / `stride` of the resolution: 1 as in NAFSSR (Chu et al., CVPRW 2022, equations
    4–7), or 4 as in Refusion's stereo network (bicubic down, nearest up), which costs a sixteenth
    of the projections and a sixty-fourth of the attention.
    """

    def __init__(self, channels: int, *, stride: int, eps: float, bias: bool) -> None:
        super().__init__()
        self.stride = stride
        self.norm_left = ChannelNorm(channels, eps=eps, bias=bias)
        self.norm_right = ChannelNorm(channels, eps=eps, bias=bias)
        self.query_left = nn.Conv2d(channels, channels, 1)
        self.query_right = nn.Conv2d(channels, channels, 1)
        self.value_left = nn.Conv2d(channels, channels, 1)
        self.value_right = nn.Conv2d(channels, channels, 1)
        self.beta = nn.Parameter(torch.zeros(1, channels, 1, 1))
        self.gamma = nn.Parameter(torch.zeros(1, channels, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        """(2N, C, H, W), left views first, to the same shape."""
        found = self.found(x)
        return x + (found if self.stride == 1 else interpolate(found, size=x.shape[-2:]))

    def size(self, height: int, width: int) -> tuple[int, int]:
        """That of the maps that are compared, for a map of height × width."""
        return max(1, height // self.stride), max(1, width // self.stride)

    def by_rows(self, x: Tensor) -> bool:
        """Whether `found` can be had for `stride` rows after the other; not of the tiniest maps."""
        return min(x.shape[-2:]) >= self.stride

    def found(self, x: Tensor) -> Tensor:
        """What each view finds in the other, weighed, at 1 / `stride` of the resolution."""
        left, right = _smaller(x, self.stride).chunk(2)
        q_l, q_r = self.query_left(self.norm_left(left)), self.query_right(self.norm_right(right))
        v_l, v_r = self.value_left(left), self.value_right(right)
        r2l, l2r = _attend(*(y.permute(0, 2, 3, 1) for y in (q_l, q_r, v_l, v_r)))
        found = [r2l.permute(0, 3, 1, 2) * self.beta, l2r.permute(0, 3, 1, 2) * self.gamma]
        return torch.cat(found)

    def rows(self, found: Tensor, like: Tensor, start: int, stop: int) -> Tensor:
        """Rows [start, stop) of what was `found`, enlarged to the size of `like`."""
        height, width = like.shape[-2:]
        # in float32, as `interpolate` finds the nearest row
        step = torch.tensor(float(found.shape[-2]), device=found.device) / height
        place = (torch.arange(start, stop, device=found.device) * step).long()
        return interpolate(found.index_select(-2, place), size=(stop - start, width))


def _attend(q_l: Tensor, q_r: Tensor, v_l: Tensor, v_r: Tensor) -> tuple[Tensor, Tensor]:
    """F_{r→l} and F_{l→r} of (N, H, W, C), by one product of the queries."""
    attention = q_l @ q_r.transpose(-1, -2) * q_l.shape[-1] ** -0.5
    return attention.softmax(-1) @ v_r, attention.transpose(-1, -2).softmax(-1) @ v_l


def _smaller(x: Tensor, stride: int) -> Tensor:
    """`x` at 1 / `stride` (rounded down), without antialiasing; never less than one pixel."""
    if stride == 1:
        return x
    height, width = x.shape[-2:]
    if min(height, width) >= stride:
        return interpolate(x, scale_factor=1 / stride, mode="bicubic")
    size = (max(1, height // stride), max(1, width // stride))
    return interpolate(x, size=size, mode="bicubic")
