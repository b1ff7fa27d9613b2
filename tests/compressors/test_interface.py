"""What every compressor promises: any size, nothing remembered, gradients, clear refusals."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from restorebench.builtin_lazy import COMPRESSORS
from restorebench.compressors import haar, identity, kl_vae, unet
from restorebench.errors import ImageError, OptionError
from restorebench.registry import resolve

KINDS = {
    "unet-x4": (
        unet.UNetCompressor,
        unet.Config(width=4, multipliers=(1, 2, 2), latent_channels=4),
    ),
    "unet-x1": (unet.UNetCompressor, unet.Config(width=4, multipliers=(2,), latent_channels=2)),
    "kl-vae": (kl_vae.KLVAE, kl_vae.Config(width=8, multipliers=(1, 2, 2), blocks=1, scale=0.5)),
    "haar": (haar.Haar, haar.Config(levels=2)),
    "identity": (identity.Identity, identity.Config()),
}
LEARNED = ["unet-x4", "unet-x1", "kl-vae"]


def made(kind):
    torch.manual_seed(0)
    build, config = KINDS[kind]
    return build(config)


def image(height=9, width=14, batch=2, seed=1):
    return torch.rand(batch, 3, height, width, generator=torch.Generator().manual_seed(seed))


@given(kind=st.sampled_from(sorted(KINDS)), height=st.integers(1, 21), width=st.integers(1, 21))
@settings(deadline=None, max_examples=30)
def test_any_height_and_width(kind, height, width):
    net, x = made(kind), image(height, width)
    with torch.no_grad():
        z, skips = net.encode(x)
        y = net.decode(z, skips, (height, width))
    assert z.shape[:2] == (2, net.latent_channels)
    assert y.shape == x.shape
    assert y.isfinite().all()


@pytest.mark.parametrize("kind", KINDS)
def test_latents_are_factor_times_smaller(kind):
    net = made(kind)
    z = net.encode(image(32, 48)).z
    assert z.shape[-2:] == (32 // net.factor, 48 // net.factor)


@pytest.mark.parametrize("kind", KINDS)
def test_two_images_at_once_do_not_disturb_each_other(kind):
    net, one, other = made(kind), image(9, 14), image(18, 7, seed=2)
    with torch.no_grad():
        expected = net(one), net(other)
        first, second = net.encode(one), net.encode(other)
        assert net.decode(*first, (9, 14)).equal(expected[0])
        assert net.decode(*second, (18, 7)).equal(expected[1])


@pytest.mark.parametrize("kind", KINDS)
def test_gradients_flow_through_latent_and_image(kind):
    net, x = made(kind), image().requires_grad_()
    z, skips = net.encode(x)
    z.retain_grad()
    net.decode(z, skips, (9, 14)).square().mean().backward()
    assert z.grad.abs().sum() > 0
    assert x.grad.abs().sum() > 0
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in net.parameters())


@pytest.mark.parametrize("kind", KINDS)
def test_the_memory_layout_of_the_input_does_not_matter(kind):
    net, x = made(kind), image()
    other = x.contiguous(memory_format=torch.channels_last)
    assert other.stride() != x.stride()
    with torch.no_grad():
        torch.testing.assert_close(net(other), net(x), atol=1e-6, rtol=1e-5)


@pytest.mark.parametrize("kind", KINDS)
def test_double_precision_is_the_same_compressor(kind):
    net, x = made(kind), image()
    with torch.no_grad():
        single, double = net(x), net.double()(x.double())
    assert double.dtype == torch.float64
    torch.testing.assert_close(single, double.float(), atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("kind", KINDS)
def test_a_image_that_does_not_fit_is_refused(kind):
    net = made(kind)
    with pytest.raises(ImageError, match=r"got \(2, 4, 8, 8\); expected \(B, 3, H, W\)"):
        net.encode(torch.rand(2, 4, 8, 8))
    with pytest.raises(ImageError, match=r"got \(3, 8, 8\)"):
        net.encode(torch.rand(3, 8, 8))
    with pytest.raises(ImageError, match=r"got \(1, 3, 0, 8\)"):
        net.encode(torch.rand(1, 3, 0, 8))


@pytest.mark.parametrize("kind", KINDS)
def test_a_latent_that_does_not_fit_is_refused(kind):
    net = made(kind)
    z, skips = net.encode(image())
    with pytest.raises(ImageError, match=r"for an image of 99×14; expected \(B, "):
        net.decode(z, skips, (99, 14))
    with pytest.raises(ImageError, match="for an image of 9×14"):
        net.decode(torch.cat([z, z], 1), skips, (9, 14))


@pytest.mark.parametrize("kind", ["kl-vae", "haar", "identity"])
def test_skips_of_another_compressor_are_refused(kind):
    net = made(kind)
    z, _ = net.encode(image())
    with pytest.raises(ImageError, match="has no skips; got 1"):
        net.decode(z, (image(),), (9, 14))


@pytest.mark.parametrize(
    ("config", "wrong", "message"),
    [
        (
            unet.Config,
            {"multipliers": ()},
            "unet: multipliers is (); Tuple should have at least 1 item",
        ),
        (unet.Config, {"latent_channels": 0}, "latent_channels is 0"),
        (kl_vae.Config, {"scale": 0.0}, "scale is 0.0; expected a number greater than 0"),
        (haar.Config, {"levels": 0}, "levels is 0; expected a number greater than or equal to 1"),
        (haar.Config, {"levels": 1.5}, "levels is 1.5; expected a valid integer"),
        (identity.Config, {"channels": 0}, "identity: channels is 0"),
    ],
)
def test_a_configuration_that_cannot_be_is_refused(config, wrong, message):
    with pytest.raises(OptionError) as refused:
        config(**wrong)
    assert message in str(refused.value)


@pytest.mark.parametrize("spec", COMPRESSORS, ids=lambda spec: spec.name)
def test_what_is_listed_can_be_built(spec):
    family = resolve(spec.target, spec.name)
    assert family.name == spec.name
    for size, config in family.sizes.items():
        assert family.config.from_dict(config.to_dict()) == config, size
        with torch.device("meta"):
            net = family.build(config)
        assert (net.channels, net.factor >= 1, net.latent_channels >= 1) == (3, True, True)
