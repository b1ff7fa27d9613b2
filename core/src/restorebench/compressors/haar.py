"""The Haar wavelet transform as a compressor: nothing to train, nothing lost."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import torch
import torch.nn.functional as F
from torch import Tensor

from restorebench.backbones.config import BackboneConfig
from restorebench.backbones.layers.padding import crop, pad_to_multiple
from restorebench.compressors.compressor import (
    Compressor,
    Family,
    Latent,
    Size,
    check_image,
    check_latent,
    check_no_skips,
)
from restorebench.strict_model import Whole

_BANDS = ((1, 1, 1, 1), (1, -1, 1, -1), (1, 1, -1, -1), (1, -1, -1, 1))
"""Signs of the pixels (top left, top right, bottom left, bottom right) in the four bands: the sum,
and the differences between columns, between rows, and of both."""


class Config(BackboneConfig):
    """`levels` of the transform: a latent is 2^levels smaller, with 4^levels the channels."""

    channels: Whole = 3
    levels: Whole = 1


class Haar(Compressor):
    """The orthonormal Haar transform, Mallat, IEEE TPAMI 1989.

    Being orthonormal it keeps distances, and white noise white with the same σ: a path with
    noise of σ has the same law on latents as on images.

    Latent channels: the approximation (C of them, 2^levels times the local mean), then the
    details from coarse to fine, in each the differences
    between columns, between rows and of both; those finer than the latent's grid are folded
    onto it (pixel unshuffle). Any size: pads by reflection to a multiple of 2^levels, and crops.
    """

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.config = config
        self.channels = config.channels
        self.factor = 2**config.levels
        self.latent_channels = config.channels * 4**config.levels

    def encode(self, x: Tensor) -> Latent:
        """Transform."""
        check_image(x, self.channels)
        return Latent(analyse(pad_to_multiple(x, self.factor, "mirror"), self.config.levels))

    def decode(self, z: Tensor, skips: tuple[Tensor, ...], size: Size) -> Tensor:
        """Transform back."""
        check_no_skips(skips)
        check_latent(z, self.latent_channels, size, factor=self.factor, multiple=self.factor)
        return crop(synthesise(z, self.config.levels), *size)


def analyse(x: Tensor, levels: int) -> Tensor:
    """(N, C, H, W) to (N, 4^L C, H / 2^L, W / 2^L); H and W are multiples of 2^L."""
    if levels == 0:
        return x
    bands = _mix(torch.unflatten(F.pixel_unshuffle(x, 2), 1, (-1, 4)), dim=2).transpose(1, 2)
    coarse = analyse(bands[:, 0], levels - 1)
    fine = F.pixel_unshuffle(bands[:, 1:].flatten(1, 2), 2 ** (levels - 1))
    return torch.cat([coarse, fine], dim=1)


def synthesise(z: Tensor, levels: int) -> Tensor:
    """The inverse of `analyse`."""
    if levels == 0:
        return z
    coarse, fine = z.tensor_split([z.shape[1] // 4], dim=1)
    approximation = synthesise(coarse, levels - 1)
    details = torch.unflatten(F.pixel_shuffle(fine, 2 ** (levels - 1)), 1, (3, -1))
    bands = torch.cat([approximation[:, None], details], dim=1).transpose(1, 2)
    return F.pixel_shuffle(_mix(bands, dim=2).flatten(1, 2), 2)


def _mix(x: Tensor, dim: int) -> Tensor:
    """½ · signs along `dim`: pixels to bands, and, the matrix being its own inverse, back."""
    matrix = x.new_tensor(_BANDS) / 2
    mixed: Tensor = torch.tensordot(x, matrix, dims=([dim], [1]))
    return mixed.movedim(-1, dim)


SIZES: Mapping[str, Config] = MappingProxyType(
    {f"x{2**levels}": Config(levels=levels) for levels in (1, 2, 3)}
)

FAMILY = Family(
    name="haar", config=Config, build=Haar, sizes=SIZES, citation="Mallat, IEEE TPAMI 1989"
)
