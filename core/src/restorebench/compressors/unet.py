"""Refusion's latent compressor: a U-Net whose bottom is the latent, with skips of every scale."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from types import MappingProxyType

from torch import Tensor, nn

from restorebench.backbones.config import BackboneConfig, Levels
from restorebench.backbones.layers.attention import NormedAttention
from restorebench.backbones.layers.channels_last import laid_out, use_channels_last
from restorebench.backbones.layers.levels import (
    Level,
    ResBlock,
    levels_of,
    resample_down,
    resample_up,
    untimed,
)
from restorebench.backbones.layers.padding import crop, pad_to_multiple
from restorebench.compressors.compressor import (
    Compressor,
    Family,
    Latent,
    Size,
    check_image,
    check_latent,
)
from restorebench.errors import ImageError
from restorebench.strict_model import Positive, Whole


class Config(BackboneConfig):
    """One compressor: level i has width · multipliers[i] channels on its way out.

    A latent is 2^(levels − 1) smaller than the image and has `latent_channels`.
    """

    channels: Whole = 3
    width: Whole = 8
    multipliers: Levels = (4, 8, 8, 16)
    latent_channels: Whole = 8
    norm_eps: Positive = 1e-5

    @property
    def factor(self) -> int:
        """Height of an image in rows of its latent."""
        return int(2 ** (len(self.multipliers) - 1))

    @property
    def multiple(self) -> int:
        """Height and width are padded to multiples of this, as the published ones were trained."""
        return 2 * self.factor


class UNetCompressor(Compressor):
    """A U-Net without time, cut at its bottom. Luo et al., CVPRW 2023 (Refusion).

    The skips carry what the latent cannot; a restored latent is decoded with the skips of the
    degraded image. Any height and width: pads by reflection, and crops to the size given.
    """

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.config = config
        self.channels, self.latent_channels = config.channels, config.latent_channels
        self.factor = config.factor
        sizes = [config.width * m for m in (1, *config.multipliers)]
        steps = list(pairwise(sizes))
        deepest = len(steps) - 1
        self.intro = nn.Conv2d(config.channels, config.width, 3, padding=1, bias=False)
        self.down = nn.ModuleList(
            _down(config, *step, deepest=k == deepest) for k, step in enumerate(steps)
        )
        self.to_latent = nn.Conv2d(sizes[-1], config.latent_channels, 1, bias=False)
        self.from_latent = nn.Conv2d(config.latent_channels, sizes[-1], 1, bias=False)
        self.up = nn.ModuleList(
            _up(config, *step, deepest=k == deepest, double=k > 0)
            for k, step in reversed(list(enumerate(steps)))
        )
        self.ending = nn.Conv2d(config.width, config.channels, 3, padding=1)
        use_channels_last(self)

    def encode(self, x: Tensor) -> Latent:
        """The latent, and 1 + 2 · levels maps: the intro's, then two of each level."""
        check_image(x, self.channels)
        padded = pad_to_multiple(x, self.config.multiple, "mirror")
        h = self.intro(laid_out(padded))
        skips = [h]
        for level in levels_of(self.down):
            h, *made = level.down(h, untimed())
            skips += made
        return Latent(self.to_latent(h), tuple(skips))

    def decode(self, z: Tensor, skips: tuple[Tensor, ...], size: Size) -> Tensor:
        """The image of `z` with `skips`, which may be those of another image of its size."""
        shape = {"factor": self.factor, "multiple": self.config.multiple}
        check_latent(z, self.latent_channels, size, **shape)
        intro, *left = self._checked(skips, z)
        h = self.from_latent(z)
        for level in levels_of(self.up):
            h = level.up(h, left.pop(), left.pop(), untimed())
        return crop(self.ending(h + intro), *size)

    def _checked(self, skips: tuple[Tensor, ...], z: Tensor) -> tuple[Tensor, ...]:
        expected = 1 + 2 * len(self.config.multipliers)
        rows = tuple(side * self.factor for side in z.shape[-2:])
        if len(skips) != expected or skips[0].shape[0] != z.shape[0] or skips[0].shape[-2:] != rows:
            found = f"{len(skips)}" + (f", the first {tuple(skips[0].shape)}" if skips else "")
            msg = (
                f"the decoder reads {expected} skips of {z.shape[0]} images of "
                f"{rows[0]}×{rows[1]} (padded); got {found}"
            )
            raise ImageError(msg)
        return skips


def _attention(config: Config, channels: int, deepest: bool) -> NormedAttention | None:
    return NormedAttention(channels, eps=config.norm_eps) if deepest else None


def _down(config: Config, read: int, channels: int, *, deepest: bool) -> Level:
    return Level(
        ResBlock(read, read),
        ResBlock(read, read),
        resample_down(read, channels, halve=not deepest),
        _attention(config, read, deepest),
    )


def _up(config: Config, channels: int, read: int, *, deepest: bool, double: bool) -> Level:
    return Level(
        ResBlock(read + channels, read),
        ResBlock(read + channels, read),
        resample_up(read, channels, double=double),
        _attention(config, read, deepest),
    )


SIZES: Mapping[str, Config] = MappingProxyType(
    {
        "refusion-dehazing": Config(),
        "refusion-bokeh": Config(width=64, multipliers=(1, 2, 4), latent_channels=4),
        "compact": Config(width=16, multipliers=(1, 2, 4), latent_channels=4),
    }
)

FAMILY = Family(
    name="unet",
    config=Config,
    build=UNetCompressor,
    sizes=SIZES,
    citation="Luo et al., CVPRW 2023",
)
