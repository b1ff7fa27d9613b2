"""The KL-VAE of latent diffusion: a compressor without skips, the baseline of one with them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import torch.nn.functional as F
from torch import Tensor, nn

from restorebench.backbones.layers.attention import as_map, positions
from restorebench.backbones.layers.channels_last import laid_out, use_channels_last
from restorebench.backbones.layers.levels import Upsample
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
from restorebench.compressors.kl_vae_config import SIZES, Config
from restorebench.errors import ImageError


class Posterior(NamedTuple):
    """The Gaussian q(z | x): `mean` and `logvar`, each (B, Z, h, w)."""

    mean: Tensor
    logvar: Tensor

    def sample(self, noise: Tensor) -> Tensor:
        """mean + σ · noise, with noise of the mean's shape."""
        if noise.shape != self.mean.shape:
            msg = f"noise is {tuple(noise.shape)}; expected {tuple(self.mean.shape)}"
            raise ImageError(msg)
        return self.mean + (0.5 * self.logvar).exp() * noise

    def kl(self) -> Tensor:
        """KL(q ‖ N(0, 1)) in nats for each image, (B,). Kingma and Welling, ICLR 2014, app. B."""
        each = 0.5 * (self.mean.square() + self.logvar.exp() - 1 - self.logvar)
        return each.flatten(1).sum(dim=1)


class ResidualBlock(nn.Module):
    """Group norm, SiLU, 3×3 convolution, twice, beside a shortcut."""

    def __init__(self, config: Config, read: int, channels: int) -> None:
        super().__init__()
        self.norm1 = _norm(config, read)
        self.conv1 = nn.Conv2d(read, channels, 3, padding=1)
        self.norm2 = _norm(config, channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1)
        self.shortcut = None if read == channels else nn.Conv2d(read, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) to (N, C', H, W)."""
        h = self.conv1(F.silu(self.norm1(x)))
        h = self.conv2(F.silu(self.norm2(h)))
        y: Tensor = h + (x if self.shortcut is None else self.shortcut(x))
        return y


class PositionAttention(nn.Module):
    """x + projected attention between all positions, one head, after a group norm."""

    def __init__(self, config: Config, channels: int) -> None:
        super().__init__()
        self.norm = _norm(config, channels)
        self.qkv = nn.Conv2d(channels, 3 * channels, 1)
        self.project = nn.Conv2d(channels, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) to the same shape."""
        q, k, v = positions(self.qkv(self.norm(x))).chunk(3, dim=-1)
        found = F.scaled_dot_product_attention(q, k, v)
        y: Tensor = x + self.project(as_map(found, x))
        return y


class Down(nn.Module):
    """Half the size: a 3×3 convolution with one pixel of zeros at the right and the bottom."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, 3, stride=2)

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) to (N, C, H/2, W/2)."""
        y: Tensor = self.conv(F.pad(x, (0, 1, 0, 1)))
        return y


class KLVAE(Compressor):
    """Mean and log-variance of a Gaussian latent, and a decoder that reads nothing else.

    Rombach et al., CVPR 2022, appendix G (the autoencoder with a KL term). Any height and width:
    pads by reflection to multiples of the factor, and crops to the size given.
    """

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.config = config
        self.channels, self.latent_channels = config.channels, config.latent_channels
        self.factor = config.factor
        z = config.latent_channels
        self.encoder = nn.Sequential(*_encoder(config), nn.Conv2d(2 * z, 2 * z, 1))
        self.decoder = nn.Sequential(nn.Conv2d(z, z, 1), *_decoder(config))
        use_channels_last(self)

    def posterior(self, x: Tensor) -> Posterior:
        """q(z | x), its log-variance held within −30 … 20."""
        check_image(x, self.channels)
        padded = pad_to_multiple(x, self.factor, "mirror")
        moments = self.encoder(laid_out(padded))
        mean, logvar = moments.chunk(2, dim=1)
        return Posterior(mean, logvar.clamp(-30, 20))

    def encode(self, x: Tensor, noise: Tensor | None = None) -> Latent:
        """The posterior's mean, or with `noise` (B, Z, h, w) a sample of it; scaled."""
        posterior = self.posterior(x)
        z = posterior.mean if noise is None else posterior.sample(noise)
        return Latent(z * self.config.scale)

    def decode(self, z: Tensor, skips: tuple[Tensor, ...], size: Size) -> Tensor:
        """The image of `z`."""
        check_no_skips(skips)
        check_latent(z, self.latent_channels, size, factor=self.factor, multiple=self.factor)
        return crop(self.decoder(z / self.config.scale), *size)


def _norm(config: Config, channels: int) -> nn.GroupNorm:
    return nn.GroupNorm(config.groups_of(channels), channels, eps=config.norm_eps)


def _stack(config: Config, read: int, channels: int, count: int) -> Iterator[nn.Module]:
    for k in range(count):
        yield ResidualBlock(config, channels if k else read, channels)


def _middle(config: Config, channels: int) -> Iterator[nn.Module]:
    yield ResidualBlock(config, channels, channels)
    yield PositionAttention(config, channels)
    yield ResidualBlock(config, channels, channels)


def _ending(config: Config, read: int, channels: int) -> Iterator[nn.Module]:
    yield _norm(config, read)
    yield nn.SiLU()
    yield nn.Conv2d(read, channels, 3, padding=1)


def _encoder(config: Config) -> Iterator[nn.Module]:
    here = config.width
    yield nn.Conv2d(config.channels, here, 3, padding=1)
    for k, multiplier in enumerate(config.multipliers):
        if k:
            yield Down(here)
        yield from _stack(config, here, config.width * multiplier, config.blocks)
        here = config.width * multiplier
    yield from _middle(config, here)
    yield from _ending(config, here, 2 * config.latent_channels)


def _decoder(config: Config) -> Iterator[nn.Module]:
    here = config.width * config.multipliers[-1]
    yield nn.Conv2d(config.latent_channels, here, 3, padding=1)
    yield from _middle(config, here)
    for k, multiplier in enumerate(reversed(config.multipliers)):
        if k:
            yield Upsample(here, here)
        yield from _stack(config, here, config.width * multiplier, config.blocks + 1)
        here = config.width * multiplier
    yield from _ending(config, here, config.channels)


FAMILY = Family(
    name="kl-vae",
    config=Config,
    build=KLVAE,
    sizes=SIZES,
    citation="Rombach et al., CVPR 2022",
)
