"""Losses of compressors, against what follows from their definitions."""

from __future__ import annotations

import pytest
import torch

from restorebench.compressors import haar, identity, kl_vae, unet
from restorebench.compressors.losses import latent_replacement_loss, vae_loss
from restorebench.errors import ImageError


def pair():
    lq, gt = torch.rand(2, 2, 3, 16, 12, generator=torch.Generator().manual_seed(0))
    return lq, gt


def test_a_lossless_compressor_pays_only_for_the_range_of_its_latent():
    lq, gt = pair()
    loss = latent_replacement_loss(identity.Identity(identity.Config()), lq, gt)
    assert loss.reconstruction == 0
    assert loss.replacement == 0
    torch.testing.assert_close(loss.regularisation, lq.std() / 2)
    torch.testing.assert_close(loss.total, lq.std() / 2000)


def test_the_skips_are_those_of_the_degraded_image():
    """So its terms change when LQ and GT change places, unless there are no skips."""
    torch.manual_seed(0)
    lq, gt = pair()
    net = unet.UNetCompressor(unet.Config(width=4, multipliers=(1, 2), latent_channels=2))
    z, skips = net.encode(gt).z, net.encode(lq).skips
    expected = (net.decode(z, skips, (16, 12)) - gt).abs().mean()
    assert latent_replacement_loss(net, lq, gt).replacement.equal(expected)
    wavelets = haar.Haar(haar.Config())
    assert latent_replacement_loss(wavelets, lq, gt).replacement < 1e-6


def test_training_lowers_the_loss():
    torch.manual_seed(0)
    lq, gt = pair()
    net = unet.UNetCompressor(unet.Config(width=8, multipliers=(1, 2), latent_channels=4))
    optimiser = torch.optim.Adam(net.parameters(), lr=3e-3)
    first = float(latent_replacement_loss(net, lq, gt).total.detach())
    for _ in range(30):
        optimiser.zero_grad()
        loss = latent_replacement_loss(net, lq, gt).total
        loss.backward()
        optimiser.step()
    assert float(loss.detach()) < 0.6 * first


def test_images_of_different_shapes_are_refused():
    with pytest.raises(ImageError, match=r"lq is \(1, 3, 8, 8\) and gt \(1, 3, 8, 9\)"):
        latent_replacement_loss(
            identity.Identity(identity.Config()), torch.rand(1, 3, 8, 8), torch.rand(1, 3, 8, 9)
        )


def test_the_vae_s_loss_is_its_two_terms():
    torch.manual_seed(0)
    x, _ = pair()
    net = kl_vae.KLVAE(kl_vae.Config(width=8, multipliers=(1, 2), blocks=1, scale=2.0))
    noise = torch.randn(2, 4, 8, 6)
    loss = vae_loss(net, x, noise)
    decoded = net.decode(*net.encode(x, noise), (16, 12))
    torch.testing.assert_close(loss.reconstruction, (decoded - x).abs().mean())
    torch.testing.assert_close(loss.kl, net.posterior(x).kl().mean())
    torch.testing.assert_close(loss.total, loss.reconstruction + 1e-6 * loss.kl / (3 * 16 * 12))
