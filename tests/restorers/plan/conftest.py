"""Checkpoints of networks whose every part matters, so that a wrong mean would show."""

from __future__ import annotations

import pytest
import torch

from restorebench.checkpoints import parts
from restorebench.checkpoints.file import Checkpoint, save
from restorebench.checkpoints.setup import Setup
from restorebench.plugins import Suite

NAFNET = {"name": "nafnet", "width": 4, "encoder": [1, 1], "middle": 1, "decoder": [1, 1]}
RESTORMER = {"name": "restormer", "width": 8, "blocks": [1, 1, 1, 1], "refinement": 1}
DIT = {"name": "dit", "hidden": 16, "depth": 1, "heads": 2}
PATH = {"path": "irsde", "head": "data", "steps": 2, "solver": "ancestral", "grid": "trailing"}
SETUPS = {
    "regression": {
        "backbone": {**NAFNET, "degraded": False, "timed": False, "residual": True},
    },
    "diffusion": {"backbone": {**NAFNET, "guides": 1}, "guides": ["mask"], **PATH},
    "unguided": {"backbone": NAFNET, **PATH, "solver": "dpmpp-2m", "steps": 3},
    "two views": {"backbone": {**NAFNET, "views": 2, "fusion": "quarter"}, **PATH},
    "latent diffusion": {
        "backbone": {**NAFNET, "channels": 2},
        "compressor": {"name": "unet", "width": 4, "multipliers": [1, 2], "latent_channels": 2},
        **PATH,
    },
    "latents of a network that has no tiles": {
        "backbone": {**DIT, "channels": 2},
        "compressor": {"name": "unet", "width": 4, "multipliers": [1, 2], "latent_channels": 2},
        **PATH,
    },
    "restormer": {"backbone": RESTORMER},
    "unet diffusion": {"backbone": {"name": "unet", "width": 4, "multipliers": [1]}, **PATH},
    "dit": {"backbone": {**DIT, "channels": 3}, **PATH},
}


@pytest.fixture
def weights(tmp_path):
    """Write a checkpoint of a setup by its name, or with other values; its path."""

    def write(name="regression", suite=None, **values) -> str:
        suite, setup = suite or Suite(), Setup.from_dict({**SETUPS.get(name, {}), **values})
        chosen = ((setup.backbone, parts.backbone), (setup.compressor, parts.compressor))
        networks = [None if choice is None else build(suite, choice) for choice, build in chosen]
        random = torch.Generator().manual_seed(0)
        for network in filter(None, networks):
            for weight in network.parameters():
                fan_in = weight[0].numel() if weight.ndim > 1 else 4
                weight.data.copy_(torch.randn(weight.shape, generator=random) / fan_in**0.5)
        path = tmp_path / f"{name}.safetensors"
        save(path, Checkpoint.of(setup, *networks), suite)
        return str(path)

    return write
