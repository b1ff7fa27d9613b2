"""The same restoration in any batch, order and tiling; latents; what does not fit is refused."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from restorebench.checkpoints import parts
from restorebench.checkpoints.setup import Setup
from restorebench.errors import OptionError
from restorebench.plugins import suite
from restorebench.restorers.diffusion import Diffusion
from restorebench.restorers.model import Model
from restorebench.solvers.noise import PixelNoise

NOISY = {"path": "irsde", "solver": "ancestral", "grid": "trailing", "steps": 5}


@pytest.fixture
def exact(oracles):
    setup = Setup.from_dict({"backbone": {"name": "oracle", "std": 0.2}, **NOISY})
    return Model(oracles, setup, parts.backbone(oracles, setup.backbone))


def test_neither_batch_nor_order_changes_a_restoration(exact):
    images, keys = torch.rand(3, 1, 3, 8, 9), (11, 22, 33)
    together = exact.restore(images, noise=PixelNoise(keys)).images
    backwards = exact.restore(images.flip(0), noise=PixelNoise(keys[::-1])).images.flip(0)
    alone = [exact.restore(images[k : k + 1], noise=PixelNoise(keys[k : k + 1])) for k in range(3)]
    assert torch.equal(together, backwards)
    assert torch.equal(together, torch.cat([answer.images for answer in alone]))
    assert not torch.allclose(together[0], together[1], atol=1e-2)


def test_a_tile_gets_the_restoration_of_the_whole(exact):
    image, noise = torch.rand(1, 1, 3, 12, 14), PixelNoise((5,))
    whole = exact.restore(image, noise=noise).images
    tile = exact.restore(image[..., 3:9, 4:13], noise=noise.tile(3, 4)).images
    assert torch.equal(tile, whole[..., 3:9, 4:13])


def test_a_network_in_a_batch_answers_as_alone(tiny):
    model = Diffusion(tiny(), suite=suite()).model
    images = torch.rand(2, 1, 3, 11, 10)
    together = model.restore(images, noise=PixelNoise((1, 2))).images
    alone = model.restore(images[1:], noise=PixelNoise((2,))).images
    assert torch.allclose(together[1:], alone, atol=1e-6)


@pytest.mark.parametrize("solver", ["ancestral", "heun", "unipc-2", "dpmpp-2m"])
def test_evaluations_are_counted_as_they_are_made(oracles, solver):
    grid = "uniform-lambda" if solver != "ancestral" else "trailing"
    setup = Setup.from_dict(
        {"backbone": "oracle", "path": "irsde", "solver": solver, "steps": 6, "grid": grid}
    )
    model = Model(oracles, setup, parts.backbone(oracles, setup.backbone))
    answer = model.restore(torch.rand(1, 1, 3, 4, 4), noise=PixelNoise((1,)))
    assert answer.nfe == model.backbone.calls == (11 if solver == "heun" else 6)


LATENTS = [
    ({"name": "unet", "width": 4, "multipliers": [1, 2, 2], "latent_channels": 4}, 4),
    ({"name": "haar", "levels": 1}, 12),
    ({"name": "kl-vae", "width": 4, "multipliers": [1, 2], "blocks": 1}, 4),
]


@pytest.mark.parametrize(("compressor", "channels"), LATENTS)
@pytest.mark.parametrize("views", [1, 2])
def test_latents_are_restored_at_odd_sizes(tiny, sample, compressor, channels, views):
    fusion = "quarter" if views == 2 else "none"
    backbone = {"channels": channels, "views": views, "fusion": fusion}
    restorer = Diffusion(tiny(backbone, compressor=compressor), suite=suite())
    given = sample(views=views, size=(21, 15))
    restored = restorer.restore(given, _context())
    assert restored.image.shape == (views, 3, 21, 15)
    assert np.isfinite(restored.image).all()
    assert restored.parameters == restorer.model.parameters > 0


@pytest.fixture
def still(tiny):
    """A model on latents whose path starts and ends in the input: denoising, without noise."""
    values = {"path": "denoising-sde", "grid": "reference", "steps": 1, "noise_level": 0.1}

    def make(compressor, channels):
        weights = tiny(
            {"channels": channels},
            compressor=compressor,
            solver="euler-ode",
            head="noise",
            **values,
        )
        model = Diffusion(weights, suite=suite()).model
        for value in model.backbone.parameters():
            torch.nn.init.zeros_(value)
        return model

    return make


def test_a_lossless_compressor_gives_back_what_the_path_leaves_alone(still):
    image = torch.rand(1, 1, 3, 9, 7)
    answer = still({"name": "haar"}, 12).restore(image, noise=PixelNoise((1,)))
    assert torch.allclose(answer.images, image, atol=1e-6)


def test_a_latent_is_decoded_with_the_skips_of_the_degraded_image(still):
    """Luo et al., CVPRW 2023: of the latent diffusion only the latent is restored."""
    model = still(*LATENTS[0])
    lq, other = torch.rand(2, 1, 1, 3, 20, 16)
    restored = model.restore(lq, noise=PixelNoise((1,))).images[0]
    with torch.inference_mode():
        (z, skips), foreign = (
            model.compressor.encode(lq[0]),
            model.compressor.encode(other[0]).skips,
        )
        own, mixed = (model.compressor.decode(z, used, (20, 16)) for used in (skips, foreign))
    assert torch.allclose(restored, own, atol=1e-6)
    assert not torch.allclose(own, mixed, atol=1e-3)


def test_costs_are_those_of_every_call_and_of_the_compressor(tiny, sample):
    compressor, channels = LATENTS[0]
    few, many = (
        Diffusion(tiny({"channels": channels}, compressor=compressor), steps=n, suite=suite())
        for n in (2, 5)
    )
    a, b = (r.restore(sample(size=(16, 16)), _context()) for r in (few, many))
    call = (b.macs - a.macs) // 3
    assert (a.nfe, b.nfe) == (2, 5)
    assert call > 0
    assert a.macs > 2 * call  # there and back costs something too


def test_a_network_in_bfloat16_keeps_the_state_in_float32(tiny, sample):
    weights = tiny()
    exact, rough = (Diffusion(weights, precision=p, suite=suite()) for p in ("float32", "bfloat16"))
    a, b = (r.restore(sample(), _context()).image for r in (exact, rough))
    assert rough.model.backbone.intro.weight.dtype == torch.bfloat16
    assert b.dtype == np.float32
    assert 0 < np.abs(a - b).max() < 0.1 * np.abs(a).max()


def test_a_network_on_latents_without_its_compressor_is_refused(tiny):
    with pytest.raises(OptionError, match="works on 8 channels, images have 3; name the compre"):
        Diffusion(tiny({"channels": 8}), suite=suite())
    with pytest.raises(OptionError, match="8 channels, the compressor's latents have 12"):
        Diffusion(tiny({"channels": 8}, compressor="haar"), suite=suite())


def _context():
    from restorebench.restorers.base import Context

    return Context("test")
