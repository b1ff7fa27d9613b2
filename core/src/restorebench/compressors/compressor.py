"""What a compressor is: an image to a latent and back, with nothing remembered in between."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

from torch import Tensor, nn

from restorebench.backbones.config import BackboneConfig
from restorebench.errors import ImageError

C = TypeVar("C", bound=BackboneConfig)

Size = tuple[int, int]


class Latent(NamedTuple):
    """`z` (B, Z, h, w), and `skips`: maps that the decoder needs as well, often none."""

    z: Tensor
    skips: tuple[Tensor, ...] = ()


class Compressor(nn.Module, ABC):
    """Images (B, C, H, W) of any size to latents, and back; keeps no state between calls.

    `channels` C of an image, `latent_channels` Z, `factor`: H / h where H is a multiple of it.
    Latent restoration encodes the degraded image, runs its path from z to the restored latent,
    and decodes that with the degraded image's skips and size.
    """

    channels: int
    latent_channels: int
    factor: int

    @abstractmethod
    def encode(self, x: Tensor) -> Latent:
        """Compress; `ImageError` where the image does not fit."""

    @abstractmethod
    def decode(self, z: Tensor, skips: tuple[Tensor, ...], size: Size) -> Tensor:
        """The image (B, C, *size) of a latent; `ImageError` where the three do not fit."""

    def forward(self, x: Tensor) -> Tensor:
        """There and back: the reconstruction of `x`."""
        latent = self.encode(x)
        height, width = x.shape[-2:]
        return self.decode(latent.z, latent.skips, (height, width))


@dataclass(frozen=True, kw_only=True)
class Family(Generic[C]):
    """One kind of compressor: its configuration, how to build it, and named sizes."""

    name: str
    config: type[C]
    build: Callable[[C], Compressor]
    sizes: Mapping[str, C]
    citation: str = ""


def check_image(x: Tensor, channels: int) -> None:
    """Raise `ImageError` unless `x` is (B, channels, H, W) with at least one pixel."""
    if x.ndim != 4 or x.shape[1] != channels or not x.numel():
        msg = f"the compressor got {tuple(x.shape)}; expected (B, {channels}, H, W)"
        raise ImageError(msg)


def check_latent(z: Tensor, channels: int, size: Size, *, factor: int, multiple: int) -> None:
    """Raise `ImageError` unless `z` is the latent of an image of `size`.

    `multiple`: to which an image had been padded before it became `factor` times smaller.
    """
    rows, columns = ((side + -side % multiple) // factor for side in size)
    if z.ndim != 4 or tuple(z.shape[1:]) != (channels, rows, columns):
        msg = (
            f"the compressor got a latent {tuple(z.shape)} for an image of "
            f"{size[0]}×{size[1]}; expected (B, {channels}, {rows}, {columns})"
        )
        raise ImageError(msg)


def check_no_skips(skips: tuple[Tensor, ...]) -> None:
    """Raise `ImageError` where skips come to a decoder that reads none."""
    if skips:
        msg = f"this compressor has no skips; got {len(skips)} (of another compressor?)"
        raise ImageError(msg)
