"""Layer normalisation over the channels of a feature map."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class ChannelNorm(nn.Module):
    """(x − mean) / sqrt(variance + ε) · g + b over the channel axis of (N, C, H, W).

    The variance is the biased one. `bias`: whether there is a b; ε is a constant, whatever
    the dtype. Works on the last axis of the channels-last layout, where it is one fused kernel.
    """

    def __init__(self, channels: int, *, eps: float = 1e-5, bias: bool = False) -> None:
        super().__init__()
        self.eps = eps
        self.weight = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels)) if bias else None

    def forward(
        self, x: Tensor, shift: Tensor | None = None, scale: Tensor | None = None
    ) -> Tensor:
        """Normalise, and modulate: the result times (scale + 1), plus shift.

        `shift` and `scale` are (C,) for the whole batch, which costs nothing, or (N, C).
        """
        weight, bias = self.weight, self.bias
        if shift is None or scale is None:
            return self._normalise(x, weight, bias)
        if shift.ndim == 1:
            gain = scale + 1
            offset = shift if bias is None else torch.addcmul(shift, bias, gain)
            return self._normalise(x, weight * gain, offset)
        h = self._normalise(x, weight, bias)
        return torch.addcmul(shift[..., None, None], h, scale[..., None, None] + 1)

    def _normalise(self, x: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
        last = x.permute(0, 2, 3, 1)
        return torch.layer_norm(last, weight.shape, weight, bias, self.eps).permute(0, 3, 1, 2)
