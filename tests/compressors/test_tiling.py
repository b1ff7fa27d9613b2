"""A compressor in tiles makes the latents and the images that it makes of whole images."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from restorebench.compressors.haar import Config as HaarConfig
from restorebench.compressors.haar import Haar
from restorebench.compressors.kl_vae import KLVAE
from restorebench.compressors.kl_vae_config import Config as KLConfig
from restorebench.compressors.tiling import TiledCompressor, geometry, peak_bytes
from restorebench.compressors.unet import Config, UNetCompressor
from restorebench.errors import ImageError, OptionError

SMALL = Config(width=4, multipliers=(1, 2, 4))


def unet(config: Config = SMALL) -> UNetCompressor:
    torch.manual_seed(0)
    return UNetCompressor(config)


def images(height: int, width: int, channels: int = 3) -> Tensor:
    return torch.rand(2, channels, height, width, generator=torch.Generator().manual_seed(height))


def apart(one: Tensor, other: Tensor) -> float:
    """The largest difference, relative to the root mean square."""
    assert one.shape == other.shape
    return float((one - other).abs().max() / other.square().mean().sqrt())


@pytest.mark.parametrize("size", [(61, 43), (33, 90), (130, 5)])
@pytest.mark.parametrize("net", [unet(), Haar(HaarConfig(levels=2))], ids=["unet", "haar"])
@torch.inference_mode()
def test_tiles_are_the_whole(net, size):
    tiled, x = TiledCompressor(net, 16), images(*size)
    whole, pieces = net.encode(x), tiled.encode(x)
    assert apart(pieces.z, whole.z) < 1e-5
    restored = whole.z + images(*whole.z.shape[-2:], net.latent_channels)
    decoded = tiled.decode(restored, pieces.skips, size)
    assert apart(decoded, net.decode(restored, whole.skips, size)) < 1e-5


@torch.inference_mode()
def test_it_keeps_the_image_rather_than_maps_of_it():
    x = images(64, 80)
    skips = TiledCompressor(unet(), 16).encode(x).skips
    assert skips[0] is x
    assert max(skip.numel() for skip in skips[1:]) < x.numel()


def test_tiles_take_little_memory():
    whole, tiles = peak_bytes(unet(), 256, 256), peak_bytes(unet(), 256, 256, 16)
    assert whole > 4 * tiles


@pytest.mark.parametrize("multipliers", [(2,), (1, 2), (1, 2, 2)])
def test_the_halo_is_what_a_gradient_reaches(multipliers):
    """By the skips, without attention, which is known in tiles."""
    net = unet(Config(width=4, multipliers=multipliers))
    for level in (*net.down, *net.up):
        level.attention = None
    for weight in net.parameters():
        torch.nn.init.normal_(weight, std=0.5)
    side, x = 192, images(192, 192).requires_grad_()
    latent = net.encode(x)
    y = net.decode(latent.z.detach(), latent.skips, (side, side))
    start, reach = side // 2, 0
    for place in (start, start + net.config.factor - 1):  # where a tile begins and ends
        (slope,) = torch.autograd.grad(y[:, :, place, start].sum(), x, retain_graph=True)
        rows = slope.abs().sum((0, 1, 3)).nonzero().flatten()
        reach = max(reach, start - int(rows.min()), int(rows.max()) - start - net.config.factor + 1)
    cut = geometry(net)
    assert cut is not None
    assert cut.halo == reach


def test_the_kl_vae_cannot_be_cut():
    net = KLVAE(KLConfig(width=32, multipliers=(1, 2)))
    with pytest.raises(OptionError, match=r"KLVAE cannot be cut into tiles.*'unet'"):
        TiledCompressor(net, 64)


def test_a_latent_of_another_image_is_refused():
    tiled = TiledCompressor(unet(), 16)
    latent = tiled.encode(images(32, 40))
    with pytest.raises(ImageError, match="is of an image"):
        tiled.decode(latent.z, (images(32, 39), *latent.skips[1:]), (32, 40))
