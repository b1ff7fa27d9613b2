"""Attention between the positions of a map: linear in their number, or full."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from restorebench.backbones.layers.norm import ChannelNorm

_HEADS, _HEAD_DIM = 4, 32  # in all U-Nets of IR-SDE and Refusion
_INNER = _HEADS * _HEAD_DIM


class LinearAttention(nn.Module):
    """softmax_d(Q) (softmax_n(K)ᵀ V) / (√d n) over the n positions, projected and normalised.

    d = 32 channels in each of 4 heads; cost and memory grow with n, not n². Shen et al.,
    WACV 2021, as in the U-Nets of IR-SDE (Luo et al., ICML 2023).
    """

    def __init__(self, channels: int, *, eps: float = 1e-5) -> None:
        super().__init__()
        self.qkv = nn.Conv2d(channels, 3 * _INNER, 1, bias=False)
        self.project = nn.Conv2d(_INNER, channels, 1)
        self.norm = ChannelNorm(channels, eps=eps)

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) to the same shape."""
        q, k, v = _heads(self.qkv(x))
        return self._given(q, k.softmax(dim=-2).transpose(-1, -2) @ v, x.shape[-2:].numel(), x)

    def sums(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """What softmax_n(K)ᵀ V is made of, for some of the positions.

        The largest of K, (N, 4, 32, 1), and relative to it Σ exp(K)ᵀ V and Σ exp(K).
        """
        _, k, v = _heads(self.qkv(x))
        top = k.amax(dim=-2, keepdim=True)
        weights = (k - top).exp().transpose(-1, -2)
        return top.transpose(-1, -2), weights @ v, weights.sum(dim=-1, keepdim=True)

    def attend(self, x: Tensor, context: Tensor, count: Tensor) -> Tensor:
        """The output at some positions, for the context (N, 4, 32, 32) of `count` of them."""
        q, _, _ = _heads(self.qkv(x))
        return self._given(q, context, count, x)

    def _given(self, q: Tensor, context: Tensor, count: int | Tensor, x: Tensor) -> Tensor:
        context = context * (_HEAD_DIM**-0.5 / count)
        weights = q.softmax(dim=-1)
        found = self._at_once if torch.is_inference_mode_enabled() else self._projected
        y: Tensor = self.norm(found(weights, context, x))
        return y

    def _projected(self, weights: Tensor, context: Tensor, x: Tensor) -> Tensor:
        y: Tensor = self.project(_map(weights @ context, x))
        return y

    def _at_once(self, weights: Tensor, context: Tensor, x: Tensor) -> Tensor:
        """The same by one product over the positions: the context is projected before it."""
        by_head = self.project.weight.reshape(-1, _HEADS, _HEAD_DIM).permute(1, 2, 0)
        projected = (context.to(by_head.dtype) @ by_head).flatten(1, 2)
        flat, bias = weights.transpose(1, 2).flatten(2), self.project.bias
        return as_map(flat @ projected if bias is None else torch.baddbmm(bias, flat, projected), x)


class FullAttention(nn.Module):
    """softmax(Q Kᵀ / √d) V over all positions, projected. Vaswani et al., NeurIPS 2017, eq. 1."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.qkv = nn.Conv2d(channels, 3 * _INNER, 1, bias=False)
        self.project = nn.Conv2d(_INNER, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) to the same shape."""
        q, k, v = _heads(self.qkv(x))
        y: Tensor = self.project(_map(F.scaled_dot_product_attention(q, k, v), x))
        return y


class NormedAttention(nn.Module):
    """x + attention(norm(x))."""

    def __init__(self, channels: int, *, eps: float = 1e-5, full: bool = False) -> None:
        super().__init__()
        self.norm = ChannelNorm(channels, eps=eps)
        self.attention = FullAttention(channels) if full else LinearAttention(channels, eps=eps)

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) to the same shape."""
        y: Tensor = x + self.attention(self.norm(x))
        return y


def positions(x: Tensor) -> Tensor:
    """(N, C, H, W) to (N, HW, C): no copy if channels are last."""
    return x.permute(0, 2, 3, 1).flatten(1, 2)


def as_map(y: Tensor, like: Tensor) -> Tensor:
    """(N, HW, C) to (N, C, H, W), channels last, with H and W those of `like`."""
    count, _, channels = y.shape
    return y.reshape(count, *like.shape[-2:], channels).permute(0, 3, 1, 2)


def _heads(qkv: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """(N, 3·4·32, H, W) to q, k and v, each (N, 4, HW, 32)."""
    last = positions(qkv)
    q, k, v = last.view(*last.shape[:2], 3, _HEADS, _HEAD_DIM).permute(2, 0, 3, 1, 4)
    return q, k, v


def _map(y: Tensor, like: Tensor) -> Tensor:
    """(N, 4, HW, 32) to (N, 128, H, W), with H and W those of `like`."""
    return as_map(y.transpose(1, 2).flatten(2), like)
