"""What a KL-VAE is made of, checked, and its sizes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType

from restorebench.backbones.config import BackboneConfig, Blocks, Levels
from restorebench.strict_model import Positive, Whole


class Config(BackboneConfig):
    """One KL-VAE: `blocks` residual blocks on each level of width · multipliers[i] channels.

    A latent is 2^(levels − 1) smaller than the image and has `latent_channels`, multiplied by
    `scale` (latent diffusion takes 1 / standard deviation). `groups` at most in a group norm.
    """

    channels: Whole = 3
    width: Whole = 128
    multipliers: Levels = (1, 2, 4, 4)
    blocks: Blocks = 2
    latent_channels: Whole = 4
    scale: Positive = 1.0
    groups: Whole = 32
    norm_eps: Positive = 1e-6

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
