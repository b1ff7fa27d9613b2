"""No compression: the path runs on the image itself."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from torch import Tensor

from restorebench.backbones.config import BackboneConfig
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


class Config(BackboneConfig):
    """`channels` of an image."""

    channels: Whole = 3


class Identity(Compressor):
    """z = x."""

    factor = 1

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.config = config
        self.channels = self.latent_channels = config.channels

    def encode(self, x: Tensor) -> Latent:
        """The image."""
        check_image(x, self.channels)
        return Latent(x)

    def decode(self, z: Tensor, skips: tuple[Tensor, ...], size: Size) -> Tensor:
        """The latent."""
        check_no_skips(skips)
        check_latent(z, self.channels, size, factor=1, multiple=1)
        return z


SIZES: Mapping[str, Config] = MappingProxyType({"rgb": Config()})

FAMILY = Family(name="identity", config=Config, build=Identity, sizes=SIZES)
