"""The KL-VAE is that of latent diffusion, and as large as what it is compared with."""

from __future__ import annotations

import pytest
import torch
from torch.distributions import Normal, kl_divergence

from restorebench.backbones.cost import parameters_of
from restorebench.compressors import kl_vae, unet
from restorebench.compressors.kl_vae import KLVAE, Config, Posterior
from restorebench.errors import ImageError

TINY = Config(width=8, multipliers=(1, 2), blocks=1, latent_channels=2)


@pytest.fixture
def net():
    torch.manual_seed(0)
    return KLVAE(TINY)


def image():
    return torch.rand(2, 3, 9, 12, generator=torch.Generator().manual_seed(1))


def test_the_published_size_has_its_published_parameters():
    """83 653 863: Stable Diffusion 1's autoencoder (diffusers' AutoencoderKL counts as many)."""
    with torch.device("meta"):
        assert parameters_of(KLVAE(kl_vae.SIZES["ldm-f8"])) == 83_653_863


@pytest.mark.parametrize("task", ["dehazing", "bokeh"])
def test_it_is_as_large_as_refusion_s_compressor_of_the_task(task):
    ours, refusion = kl_vae.SIZES[task], unet.SIZES[f"refusion-{task}"]
    with torch.device("meta"):
        ratio = parameters_of(KLVAE(ours)) / parameters_of(unet.UNetCompressor(refusion))
    assert ratio == pytest.approx(1, abs=0.04)
    assert (ours.factor, ours.latent_channels) == (refusion.factor, refusion.latent_channels)


def test_kl_is_that_of_torch():
    mean, logvar = torch.randn(2, 2, 3, 2, 2, generator=torch.Generator().manual_seed(0))
    each = kl_divergence(Normal(mean, (logvar / 2).exp()), Normal(0.0, 1.0))
    torch.testing.assert_close(Posterior(mean, logvar).kl(), each.flatten(1).sum(1))


def test_encoding_gives_the_mean_or_a_sample_of_the_noise_given(net):
    mean, logvar = net.posterior(image())
    noise = torch.randn(mean.shape, generator=torch.Generator().manual_seed(2))
    assert net.encode(image()).z.equal(mean)
    sampled = net.encode(image(), noise).z
    torch.testing.assert_close(sampled, mean + (logvar / 2).exp() * noise)
    assert net.encode(image()).skips == ()


def test_noise_of_another_shape_is_refused(net):
    with pytest.raises(ImageError, match=r"noise is \(2, 2, 1, 1\); expected \(2, 2, 5, 6\)"):
        net.encode(image(), torch.zeros(2, 2, 1, 1))


def test_scaled_latents_decode_to_the_same_image(net):
    scaled = KLVAE(Config(**{**TINY.to_dict(), "multipliers": (1, 2), "scale": 0.18215}))
    scaled.load_state_dict(net.state_dict())
    z, other = net.encode(image()).z, scaled.encode(image()).z
    torch.testing.assert_close(other, 0.18215 * z)
    torch.testing.assert_close(scaled.decode(other, (), (9, 12)), net.decode(z, (), (9, 12)))


def test_log_variances_stay_where_they_can_be_used(net):
    with torch.no_grad():
        net.encoder[-1].bias[2:] = torch.tensor([1000.0, -1000.0])
    logvar = net.posterior(image()).logvar
    assert (logvar[:, 0] == 20).all()
    assert (logvar[:, 1] == -30).all()
