"""A diffusion transformer with adaLN-Zero, on images or latents of any size."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cache, partial
from importlib import import_module
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from restorebench.backbones.backbone import Family, Inputs, Modulated
from restorebench.backbones.dit_config import SIZES, Config
from restorebench.backbones.fold_views import unfold
from restorebench.backbones.layers.modulation import Modulation
from restorebench.backbones.layers.padding import crop, pad_to_multiple
from restorebench.backbones.network_inputs import read, refuse_condition, times_of
from restorebench.torchvision_guard import ensure_torchvision

_WAVES = 256  # numbers of the time's embedding


def waves(values: Tensor, dim: int = _WAVES) -> Tensor:
    """cos(t f_j), then sin(t f_j), with f_j = 10000^(−j / (dim/2)), j = 0 … dim/2 − 1.

    `values` of any shape give float32 (…, dim). Peebles and Xie, ICCV 2023 (public code).
    """
    half = dim // 2
    j = torch.arange(half, dtype=torch.float32, device=values.device)
    angle = values.float()[..., None] * torch.exp(-math.log(10000) * j / half)
    return torch.cat([angle.cos(), angle.sin()], dim=-1)


def positions(rows: int, columns: int, hidden: int, like: Tensor) -> Tensor:
    """(rows · columns, hidden): waves of the row, then of the column, half each; any grid."""
    row, column = (
        waves(torch.arange(n, device=like.device), hidden // 2).to(like.dtype)
        for n in (rows, columns)
    )
    shape = (rows, columns, hidden // 2)
    grid = torch.cat([row[:, None].expand(shape), column[None].expand(shape)], dim=-1)
    return grid.flatten(0, 1)


@cache
def _vision_transformer() -> Any:
    """timm's module of that name; imported late, for it takes a second."""
    ensure_torchvision()  # else timm does not import beside a CPU build of torch
    return import_module("timm.models.vision_transformer")


class Block(nn.Module):
    """Attention and MLP, each after a norm that the time scales and shifts, behind a gate.

    Peebles and Xie, ICCV 2023, section 3.2 (adaLN-Zero). Attention and MLP are timm's.
    """

    def __init__(self, config: Config) -> None:
        super().__init__()
        timm, hidden = _vision_transformer(), config.hidden
        tanh_gelu = partial(nn.GELU, approximate="tanh")
        self.norm = nn.LayerNorm(hidden, eps=config.norm_eps, elementwise_affine=False)
        self.attention = timm.Attention(hidden, num_heads=config.heads, qkv_bias=True)
        self.mlp = timm.Mlp(hidden, 4 * hidden, act_layer=tanh_gelu)
        self.time = nn.Linear(hidden, 6 * hidden)

    def forward(self, x: Tensor, time: Tensor) -> Tensor:
        """(N, P, hidden); `time` (1 or N, 1, 6 · hidden) as this block's layer gives it."""
        shift1, scale1, gate1, shift2, scale2, gate2 = time.chunk(6, dim=-1)
        h = torch.addcmul(shift1, self.norm(x), scale1 + 1)
        y = torch.addcmul(x, self.attention(h), gate1)
        h = torch.addcmul(shift2, self.norm(y), scale2 + 1)
        return torch.addcmul(y, self.mlp(h), gate2)


class DiT(Modulated):
    """Patches as tokens, full attention between them, no convolution but the patches' own.

    Peebles and Xie, ICCV 2023, reading the degraded image beside the state as Refusion's DiT
    does. Any height and width: pads by reflection to multiples of the patch, and crops.
    """

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.config = config
        self.inputs = Inputs(channels=config.channels, degraded=config.degraded)
        hidden, patch = config.hidden, config.patch
        taken = config.channels * (2 if config.degraded else 1)
        self.patches = nn.Conv2d(taken, hidden, patch, stride=patch)
        self.time = nn.Sequential(nn.Linear(_WAVES, hidden), nn.SiLU(), nn.Linear(hidden, hidden))
        self.blocks = nn.ModuleList(Block(config) for _ in range(config.depth))
        self.norm = nn.LayerNorm(hidden, eps=config.norm_eps, elementwise_affine=False)
        self.final_time = nn.Linear(hidden, 2 * hidden)
        self.ending = nn.Linear(hidden, patch**2 * config.channels)
        _start(self)

    def embed(
        self, time: float | Tensor | None = None, condition: Tensor | None = None
    ) -> Modulation:
        """Shifts, scales and gates of all blocks and of the last norm; `time` a number or (T,)."""
        refuse_condition(condition)
        times = times_of(time, self.ending.weight)
        t = F.silu(self.time(waves(times).to(self.ending.weight.dtype)))
        return Modulation(tuple(layer(t) for layer in self.time_layers()))

    def time_layers(self) -> Iterator[nn.Linear]:
        """The layers that make shifts, scales and gates of the embedded time, in order."""
        yield from (block.time for block in self.blocks if isinstance(block, Block))
        yield self.final_time

    def predict(self, x: Tensor, mu: Tensor | None, modulation: Modulation) -> Tensor:
        """x and μ (B, C, H, W) or (B, 1, C, H, W); the result as x."""
        view = pad_to_multiple(read(x, mu, self.inputs), self.config.patch, "mirror")
        y = self._run(view, modulation.for_batch(x.shape[0], 1))
        return unfold(crop(y, *x.shape[-2:]), x)

    def _run(self, z: Tensor, modulation: Modulation) -> Tensor:
        tokens = self.patches(z)
        rows, columns = tokens.shape[-2:]
        x = tokens.flatten(2).transpose(1, 2)
        if self.config.positional:
            x = x + positions(rows, columns, self.config.hidden, x)
        *times, last = (time.reshape(-1, 1, time.shape[-1]) for time in modulation.time)
        for block, time in zip(self.blocks, times, strict=True):
            x = block(x, time)
        shift, scale = last.chunk(2, dim=-1)
        y = self.ending(torch.addcmul(shift, self.norm(x), scale + 1))
        return self._image(y, rows, columns)

    def _image(self, y: Tensor, rows: int, columns: int) -> Tensor:
        """(N, P, p·p·C), each patch by row, column and channel, to (N, C, H, W)."""
        p = self.config.patch
        grid = y.view(y.shape[0], rows, columns, p, p, self.config.channels)
        return grid.permute(0, 5, 1, 3, 2, 4).reshape(y.shape[0], -1, rows * p, columns * p)


def _start(net: DiT) -> None:
    """Xavier for dense layers; zero where a block or the network would otherwise speak at once."""
    for layer in net.modules():
        if isinstance(layer, nn.Linear | nn.Conv2d) and layer.bias is not None:
            nn.init.xavier_uniform_(layer.weight.view(layer.weight.shape[0], -1))
            nn.init.zeros_(layer.bias)
    for layer in (*net.time_layers(), net.ending):
        nn.init.zeros_(layer.weight)


FAMILY = Family(
    name="dit",
    config=Config,
    build=DiT,
    sizes=SIZES,
    citation="Peebles and Xie, ICCV 2023; Luo et al., CVPRW 2023",
)
