"""What LPIPS takes of a pair of features, in memory that is used again."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor, nn

_CHUNK = 4 << 20
"""Values of features that are compared at a time."""


class Scratch:
    """Memory for what lives shortly: new blocks between those of features would leave holes."""

    def __init__(self) -> None:
        self._held: Tensor | None = None

    def tensors(self, count: int, shape: Sequence[int]) -> list[Tensor]:
        """Float32 tensors of that shape, with any values; they are overwritten at the next call."""
        import torch

        size = prod(shape)
        if self._held is None or self._held.numel() < count * size:
            self._held = None  # freed before more is taken
            self._held = torch.empty(count * size)
        return [self._held[k * size : (k + 1) * size].view(*shape) for k in range(count)]


def difference(head: nn.Module, pair: Sequence[Tensor], scratch: Scratch) -> float:
    """The head's weighted sum of squared differences of features of unit length."""
    import torch

    rows = max(1, _CHUNK // max(1, pair[0].shape[1] * pair[0].shape[3]))
    total = 0.0
    for top in range(0, pair[0].shape[2], rows):
        parts = [x[:, :, top : top + rows] for x in pair]
        *units, squares = scratch.tensors(3, parts[0].shape)
        for x, unit in zip(parts, units, strict=True):
            length = torch.square(x, out=squares).sum(1, keepdim=True).sqrt()
            torch.div(x, length + 1e-10, out=unit)
        a, b = units
        total += float(head(a.sub_(b).square_()).double().sum())
    return total
