"""What a KL-VAE is made of, checked, and its sizes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from restorebench.backbones.config import BackboneConfig


@dataclass(frozen=True, kw_only=True)
class Config(BackboneConfig):
    """One KL-VAE: `blocks` residual blocks on each level of width · multipliers[i] channels.

    A latent is 2^(levels − 1) smaller than the image and has `latent_channels`, multiplied by
    `scale` (latent diffusion takes 1 / standard deviation). `groups` at most in a group norm.
    """

    channels: int = 3
    width: int = 128
    multipliers: tuple[int, ...] = (1, 2, 4, 4)
    blocks: int = 2
    latent_channels: int = 4
    scale: float = 1.0
    groups: int = 32
    norm_eps: float = 1e-6

    def __post_init__(self) -> None:
        super().__post_init__()
        for field in ("channels", "width", "blocks", "latent_channels", "groups"):
            self.require(getattr(self, field) >= 1, field, "1 or more")
        levels = len(self.multipliers) >= 1 and all(m >= 1 for m in self.multipliers)
        self.require(levels, "multipliers", "one number, 1 or more, for each level")
        self.require(self.scale > 0, "scale", "a positive number")
        self.require(self.norm_eps > 0, "norm_eps", "a positive number")

    @property
    def factor(self) -> int:
        """Height of an image in rows of its latent; images are padded to multiples of it."""
        return int(2 ** (len(self.multipliers) - 1))

    def groups_of(self, channels: int) -> int:
        """Groups of a norm: as many as asked for, or as divide the channels."""
        return math.gcd(self.groups, channels)


SIZES: Mapping[str, Config] = MappingProxyType(
    {
        "ldm-f8": Config(),
        "ldm-f4": Config(multipliers=(1, 2, 4), latent_channels=3),
        # as large as Refusion's compressors of the same factor and latent channels
        "dehazing": Config(width=20, latent_channels=8),
        "bokeh": Config(width=42, multipliers=(1, 2, 4)),
        "compact": Config(width=16, multipliers=(1, 2, 4), blocks=1),
    }
)
