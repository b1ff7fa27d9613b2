"""The block of Restormer: attention between channels, then a gated feed-forward half."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from restorebench.backbones.layers.attention import as_map, positions
from restorebench.backbones.layers.norm import ChannelNorm


class GainNorm(nn.Module):
    """x / sqrt(variance + ε) · g over the channels, the mean left in ("BiasFree")."""

    def __init__(self, channels: int, *, eps: float) -> None:
        super().__init__()
        self.eps = eps
        self.weight = nn.Parameter(torch.ones(channels))

    def forward(
        self, x: Tensor, shift: Tensor | None = None, scale: Tensor | None = None
    ) -> Tensor:
        """Normalise (N, C, H, W); then times (scale + 1), plus shift, each (C,) or (N, C)."""
        variance = x.var(dim=1, correction=0, keepdim=True)
        h = x * torch.rsqrt(variance + self.eps) * self.weight[:, None, None]
        if shift is None or scale is None:
            return h
        return torch.addcmul(shift[..., None, None], h, scale[..., None, None] + 1)


class Similarity(nn.Module):
    """Q̂ᵀ K̂ between the channels of a head, Q̂ and K̂ of unit length over all positions."""

    def __init__(self, heads: int) -> None:
        super().__init__()
        self.heads = heads

    def forward(self, x: Tensor) -> Tensor:
        """Q and K, (N, 2C, H, W), to (N, heads, C/heads, C/heads)."""
        q, k = (F.normalize(one, dim=-2) for one in self.split(x))
        return q.transpose(-1, -2) @ k

    def split(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Q and K, each (N, heads, HW, C/heads)."""
        q, k = (_by_head(one, self.heads) for one in x.chunk(2, dim=1))
        return q, k


class ChannelAttention(nn.Module):
    """V softmax(α Q̂ᵀ K̂) between the channels of a head, Q̂ and K̂ of unit length over positions.

    MDTA, Zamir et al., CVPR 2022, equation 1; α is learned for each head.
    """

    def __init__(self, channels: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.temperature = nn.Parameter(torch.ones(heads, 1, 1))
        self.qkv = nn.Conv2d(channels, 3 * channels, 1, bias=False)
        self.depthwise = nn.Conv2d(
            3 * channels, 3 * channels, 3, padding=1, groups=3 * channels, bias=False
        )
        self.similarity = Similarity(heads)
        self.project = nn.Conv2d(channels, channels, 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) to the same shape."""
        made, channels = self.depthwise(self.qkv(x)), x.shape[1]
        similarity = self.similarity(made[:, : 2 * channels])
        return self.mixed(made[:, 2 * channels :], similarity)

    def mixed(self, v: Tensor, similarity: Tensor) -> Tensor:
        """The output at the positions of V, (N, C, H, W)."""
        weights = (similarity * self.temperature).softmax(dim=-1)
        found = (_by_head(v, self.heads) @ weights.transpose(-1, -2)).transpose(1, 2).flatten(2)
        y: Tensor = self.project(as_map(found, v))
        return y

    def queries_and_keys(self, x: Tensor) -> Tensor:
        """Q and K alone, (N, 2C, H, W)."""
        return self._made(x, slice(0, 2 * x.shape[1]))

    def values(self, x: Tensor) -> Tensor:
        """V alone, (N, C, H, W)."""
        return self._made(x, slice(2 * x.shape[1], 3 * x.shape[1]))

    def _made(self, x: Tensor, channels: slice) -> Tensor:
        h = F.conv2d(x, self.qkv.weight[channels])
        return F.conv2d(h, self.depthwise.weight[channels], padding=1, groups=h.shape[1])


def _by_head(x: Tensor, heads: int) -> Tensor:
    """(N, C, H, W) to (N, heads, HW, C/heads)."""
    last = positions(x)
    return last.view(*last.shape[:2], heads, -1).transpose(1, 2)


class GatedFeedForward(nn.Module):
    """W (GELU(D₁ x) ⊙ D₂ x), each D a 1×1 and a depthwise 3×3 convolution.

    GDFN, Zamir et al., CVPR 2022, equation 2.
    """

    def __init__(self, channels: int, hidden: int) -> None:
        super().__init__()
        self.expand = nn.Conv2d(channels, 2 * hidden, 1, bias=False)
        self.depthwise = nn.Conv2d(
            2 * hidden, 2 * hidden, 3, padding=1, groups=2 * hidden, bias=False
        )
        self.project = nn.Conv2d(hidden, channels, 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) to the same shape."""
        gate, h = self.depthwise(self.expand(x)).chunk(2, dim=1)
        y: Tensor = self.project(F.gelu(gate) * h)
        return y


class TransformerBlock(nn.Module):
    """x + attention(norm(x)), then y + feed-forward(norm(y)), both norms moved by the time.

    `time_dim` is the width of the time's embedding, 0 for none.
    """

    def __init__(
        self,
        channels: int,
        *,
        heads: int,
        hidden: int,
        time_dim: int,
        norm_mean: bool,
        norm_eps: float,
    ) -> None:
        super().__init__()
        self.time = nn.Linear(time_dim, 4 * channels) if time_dim else None
        self.norm1 = _norm(channels, norm_mean, norm_eps)
        self.attention = ChannelAttention(channels, heads)
        self.norm2 = _norm(channels, norm_mean, norm_eps)
        self.feed_forward = GatedFeedForward(channels, hidden)

    def forward(self, x: Tensor, time: Tensor | None = None) -> Tensor:
        """(N, C, H, W); `time` (…, 4C): shift and scale of either half, as `time` gives it."""
        y = x + self.attention(self.read(x, time))
        z: Tensor = self.fed_forward(y, time)
        return z

    def read(self, x: Tensor, time: Tensor | None) -> Tensor:
        """What the attention reads of (N, C, H, W)."""
        y: Tensor = self.norm1(x, *_moves(time)[:2])
        return y

    def fed_forward(self, x: Tensor, time: Tensor | None) -> Tensor:
        """The second half, of what the first one gives."""
        y: Tensor = x + self.feed_forward(self.norm2(x, *_moves(time)[2:]))
        return y


def _moves(time: Tensor | None) -> tuple[Tensor | None, ...]:
    """Shift and scale of the first norm, then of the second."""
    return (None,) * 4 if time is None else time.chunk(4, dim=-1)


def _norm(channels: int, mean: bool, eps: float) -> nn.Module:
    return ChannelNorm(channels, eps=eps, bias=True) if mean else GainNorm(channels, eps=eps)
