"""What is trained learns: backbones one batch by heart, compressors to give an image back."""

from __future__ import annotations

import math

import pytest
import torch

PLAIN = {"degraded": False, "timed": False, "residual": True}
TIMED = {"degraded": True, "timed": True, "residual": False}
NETWORKS = {
    "nafnet": {"width": 8, "encoder": [1], "middle": 1, "decoder": [1]},
    "unet": {"width": 8, "multipliers": [1, 2], "kernel": 3},
    "restormer": {"width": 8, "blocks": [1, 1, 1, 1], "refinement": 1, "heads": [1, 1, 1, 1]},
    "dit": {"channels": 3, "hidden": 32, "depth": 2, "heads": 2, "positional": True},
}
COMPRESSORS = {
    "latent-replacement": {"name": "unet", "width": 8, "multipliers": [1, 2]},
    "kl-vae": {"name": "kl-vae", "width": 8, "multipliers": [1, 2], "blocks": 1},
}


def slow(*names: str) -> list:
    """Parameters of tests that only the slow suite runs."""
    return [pytest.param(name, marks=pytest.mark.slow) for name in names]


def losses(trained, steps: int) -> list[float]:
    """Of one update again and again: the same images, times and noise."""
    return [trained.update(0).loss for _ in range(steps)]


@pytest.mark.parametrize("name", ["nafnet", *slow("unet", "restormer")])
def test_a_regression_learns_a_batch_by_heart(name, recipe, updates):
    network = {"name": name, **NETWORKS[name], **PLAIN}
    found = losses(updates(recipe(backbone=network, optimiser={"lr": 3e-3})), 40)
    assert found[-1] < 0.3 * found[0]


@pytest.mark.parametrize("name", ["dit", *slow("nafnet", "unet", "restormer")])
def test_a_diffusion_learns_a_batch_by_heart(name, diffusion, updates):
    network = {"name": name, **NETWORKS[name], **({} if name == "dit" else TIMED)}
    found = losses(updates(diffusion(backbone=network, optimiser={"lr": 3e-3})), 60)
    assert found[-1] < 0.25 * found[0]


@pytest.mark.slow
@pytest.mark.parametrize("kind", COMPRESSORS)
def test_a_compressor_learns_to_give_a_image_back(kind, recipe, updates):
    changes = {"compressor": COMPRESSORS[kind], "objective": {"kind": kind}}
    trained = updates(recipe(backbone=None, optimiser={"lr": 3e-3}, **changes))
    image = trained.batches(0, [0, 1]).x0.flatten(0, 1)

    def error() -> float:
        with torch.inference_mode():
            return (trained.network(image) - image).square().mean().item()

    before, found = error(), losses(trained, 60)
    assert found[-1] < 0.25 * found[0]
    assert 10 * math.log10(before / error()) > 5  # dB of PSNR


def test_bfloat16_learns_in_float32_weights(recipe, updates):
    trained = updates(recipe(precision="bfloat16", optimiser={"lr": 3e-3}))
    found = losses(trained, 40)
    assert found[-1] < 0.5 * found[0]
    assert {p.dtype for p in trained.parameters} == {torch.float32}
