"""Noise that depends on what is restored, not on how: f(key, step, view, channel, y, x).

A tile gets the same noise as the whole image, and a sample the same alone as in any batch: values
come from counters, not from a generator's state. Philox4x32-10: Salmon et al., "Parallel random
numbers: as easy as 1, 2, 3", SC 2011; normal by Box & Muller, 1958.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from restorebench.errors import OptionError

START = 2**32 - 1
"""The step that draws the starting point; the solver's own steps count from 0."""

_AT_ONCE = 1 << 16
"""Counters that a CPU works on at once, in its cache; 16 times as many elsewhere."""

_MASK = 0xFFFFFFFF
_MULTIPLIERS = (0xD2511F53, 0xCD9E8D57)
_WEYL = (0x9E3779B9, 0xBB67AE85)


def noise_key(*parts: str | int) -> int:
    """A 64-bit key from what names a draw: seed, task, sample id, draw number."""
    text = json.dumps(parts, ensure_ascii=True, separators=(",", ":"))
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little")


@dataclass(frozen=True)
class PixelNoise:
    """Standard normal noise for a batch: one key for each sample, and the tile's place.

    Called as ``noise(step, like)`` with `like` ``(N, C, H, W)`` or ``(N, V, C, H, W)``, N as many
    as `keys`; `origin` is the (y, x) of the tile's first pixel in the whole image. The same values
    come on every device, but for the last bit of float32.
    """

    keys: tuple[int, ...]
    origin: tuple[int, int] = (0, 0)

    def tile(self, y: int, x: int) -> PixelNoise:
        """The same noise as seen by a tile whose first pixel is (y, x)."""
        return replace(self, origin=(y, x))

    def below(self, rows: int) -> PixelNoise:
        """The same noise as seen by what lies below so many rows of what this one is for."""
        return self.tile(self.origin[0] + rows, self.origin[1])

    def __call__(self, step: int, like: Tensor) -> Tensor:
        if like.ndim not in (4, 5) or len(like) != len(self.keys):
            msg = (
                f"noise of {len(self.keys)} samples for a state {tuple(like.shape)}; "
                "expected (N, C, H, W) or (N, V, C, H, W), a key for each of N"
            )
            raise OptionError(msg)
        made = torch.empty_like(like, memory_format=torch.contiguous_format)
        for key, sample in zip(self.keys, made, strict=True):
            self._fill(sample.reshape(-1, *sample.shape[-3:]), key, step)
        return made

    def _fill(self, made: Tensor, key: int, step: int) -> None:
        """Draw for one sample (V, C, H, W), a few rows at once: drawing takes 60 times its size."""
        views, C, H, W = made.shape
        # MPS has no float64: drawn on the CPU there
        device = torch.device("cpu") if made.device.type == "mps" else made.device
        at_once = _AT_ONCE if device.type == "cpu" else 16 * _AT_ONCE
        rows = max(1, at_once // (W * views * -(-C // 4)))
        for top in range(0, H, rows):
            part = made[:, :, top : top + rows]
            origin = self.origin[0] + top, self.origin[1]
            part.copy_(_normal(key, step, origin, (views, C, part.shape[2], W), device))


def _normal(
    key: int,
    step: int,
    origin: tuple[int, int],
    shape: tuple[int, int, int, int],
    device: torch.device,
) -> Tensor:
    """N(0, 1), float64 ``(V, C, H, W)``: a counter (x, y, view and channel/4, step) gives four."""
    V, C, H, W = shape
    groups = -(-C // 4)
    y = torch.arange(origin[0], origin[0] + H, device=device).view(1, H, 1)
    x = torch.arange(origin[1], origin[1] + W, device=device).view(1, 1, W)
    of_view = torch.arange(V, device=device).repeat_interleave(groups) << 16
    of_group = of_view + torch.arange(groups, device=device).repeat(V)
    counter = (x, y, of_group.view(-1, 1, 1), torch.full_like(x, step))
    words = philox(tuple(w.expand(V * groups, H, W) & _MASK for w in counter), key)
    u = [(word.double() + 0.5) * 2.0**-32 for word in words]
    normals = [z for pair in (u[:2], u[2:]) for z in _box_muller(*pair)]
    return torch.stack(normals, 1).reshape(V, groups * 4, H, W)[:, :C]


def _box_muller(u: Tensor, v: Tensor) -> tuple[Tensor, Tensor]:
    radius = torch.sqrt(-2 * torch.log(u))
    return radius * torch.cos(2 * math.pi * v), radius * torch.sin(2 * math.pi * v)


def philox(counter: Sequence[Tensor], key: int) -> list[Tensor]:
    """Philox4x32-10 of four counter words (int64 in [0, 2³²)) under a 64-bit key: four words."""
    c0, c1, c2, c3 = counter
    k0, k1 = key & _MASK, key >> 32 & _MASK
    for _ in range(10):
        high0, low0 = _product(c0, _MULTIPLIERS[0])
        high1, low1 = _product(c2, _MULTIPLIERS[1])
        c0, c1, c2, c3 = high1 ^ c1 ^ k0, low1, high0 ^ c3 ^ k1, low0
        k0, k1 = k0 + _WEYL[0] & _MASK, k1 + _WEYL[1] & _MASK
    return [c0, c1, c2, c3]


def _product(word: Tensor, multiplier: int) -> tuple[Tensor, Tensor]:
    product = word * multiplier  # wraps modulo 2⁶⁴, which keeps all 64 bits of it
    return product >> 32 & _MASK, product & _MASK
