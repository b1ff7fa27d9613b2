"""A compressor is trained first, then a network on its latents."""

from __future__ import annotations

import pytest
import torch

from restorebench.checkpoints.file import load
from restorebench.errors import OptionError
from restorebench.plugins import suite
from restorebench.restorers.base import Context
from restorebench.restorers.diffusion import Diffusion
from restorebench.training.networks import make_networks

COMPRESSOR = {"name": "unet", "width": 4, "multipliers": [1, 2], "latent_channels": 2}


def test_latents_are_trained_in_two_stages(recipe, diffusion, train, toys):
    first = train(
        recipe(backbone=None, compressor=COMPRESSOR, objective={"kind": "latent-replacement"}),
        "compressor",
    )
    frozen = {"name": "unet", "weights": str(first.final)}
    tiny = {"name": "nafnet", "width": 4, "encoder": [1], "decoder": [1], "channels": 2}
    second = train(diffusion(compressor=frozen, backbone=tiny), "latent")
    trained, before = load(second.final).compressor, load(first.final).compressor
    assert all(torch.equal(trained[key], before[key]) for key in before)
    sample = next(iter(toys.datasets.load("blotches")("test")))
    restored = Diffusion(weights=str(second.final), suite=suite()).restore(
        sample.without_target(), Context("toy")
    )
    assert restored.image.shape == sample.target_shape


def test_a_vae_is_trained_like_the_rest(recipe, train):
    vae = {"name": "kl-vae", "size": "compact"}
    changes = {"compressor": vae, "objective": {"kind": "kl-vae"}, "steps": 1}
    folder = train(recipe(backbone=None, **changes))
    assert load(folder.final).setup.compressor.name == "kl-vae"


def test_a_latent_recipe_asks_for_its_compressor(diffusion):
    with pytest.raises(OptionError, match=r"compressor\.weights=FILE"):
        make_networks(suite(), diffusion(compressor=COMPRESSOR))
    with pytest.raises(OptionError, match=r"set backbone\.channels=12"):
        make_networks(suite(), diffusion(compressor="haar"))
