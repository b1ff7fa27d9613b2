"""Average pooling for channel attention: over the whole map, or over a window (TLC)."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import pad


def local_kernel(train: tuple[int, ...], level: int, multiple: int) -> tuple[int, int] | None:
    """The window (k_h, k_w) of a layer `level` halvings down, of a network trained on `train`.

    1.5 times what the layer saw of a crop (H, W), padded to `multiple`, in closed form where the
    reference looks it up in a dry run; None for the whole map where `train` is empty.
    Chu et al., ECCV 2022, section 3.3.
    """
    if not train:
        return None
    k_h, k_w = (((side + -side % multiple) >> level) * (side * 3 // 2) // side for side in train)
    return k_h, k_w


class AveragePool(nn.Module):
    """The mean over (N, C, H, W): (N, C, 1, 1), or a map of local means with a `kernel`.

    With a kernel, the mean of the window around each position; at the border the nearest whole
    window. A kernel that covers the map on both axes is the global mean. Chu et al., ECCV 2022.
    """

    def __init__(self, kernel: tuple[int, int] | None = None) -> None:
        super().__init__()
        self.kernel = kernel

    def forward(self, x: Tensor) -> Tensor:
        """Pool."""
        if self.covers(x):
            return x.mean((2, 3), keepdim=True)
        return self.strip(x, 0, x.shape[-2])

    def covers(self, x: Tensor) -> bool:
        """Whether one mean is that of every position of `x`."""
        if self.kernel is None:
            return True
        height, width = x.shape[-2:]
        return self.kernel[0] >= height and self.kernel[1] >= width

    def strip(self, x: Tensor, start: int, stop: int) -> Tensor:
        """Rows [start, stop) of the map of local means; reads what they need of `x`."""
        height = x.shape[-2]
        k_h, k_w = (
            min(k, n) for k, n in zip(self.kernel or x.shape[-2:], x.shape[-2:], strict=True)
        )
        place = torch.arange(start, stop, device=x.device) - (k_h - 1) // 2
        place = place.clamp(0, height - k_h)  # of the window's first row
        first, last = (min(max(y - (k_h - 1) // 2, 0), height - k_h) for y in (start, stop - 1))
        inner = _windows(_windows(x[..., first : last + k_h, :], -2, k_h), -1, k_w)
        wide = pad(inner, ((k_w - 1) // 2, k_w // 2, 0, 0), mode="replicate")
        return wide.index_select(-2, place - first)


def _windows(x: Tensor, dim: int, k: int) -> Tensor:
    """Means of all whole windows of `k` along `dim`, from running sums.

    One axis at a time, so that float32 sums stay short: about 1e-7, where a summed-area table
    of a large map loses digits.
    """
    if k == 1:
        return x
    total = x.float().cumsum(dim) if x.dtype.itemsize < 4 else x.cumsum(dim)
    head = total.narrow(dim, k - 1, 1)
    rest = total.narrow(dim, k, x.shape[dim] - k) - total.narrow(dim, 0, x.shape[dim] - k)
    return (torch.cat([head, rest], dim) / k).to(x.dtype)
