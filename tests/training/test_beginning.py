"""A network that begins as another one restores as that one before it is trained."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from restorebench.checkpoints.file import Checkpoint, save, sha256
from restorebench.errors import OptionError
from restorebench.restorers.base import Context
from restorebench.restorers.diffusion import Diffusion
from restorebench.restorers.regression import Regression
from restorebench.restorers.weights import Weights
from restorebench.training.networks import beginning_digest, make_networks

BLOCKS = {"name": "nafnet", "width": 4, "encoder": [1], "middle": 1, "decoder": [1]}
PLAIN = {"timed": False, "degraded": False, "residual": True}


@pytest.fixture
def file(toys, recipe, tmp_path):
    """Write a regression with drawn weights; its path."""

    def write(data=None, **backbone):
        made = recipe(backbone={**BLOCKS, **PLAIN, **backbone}, data=data or {})
        torch.manual_seed(7)
        network = make_networks(toys, made).backbone
        for value in network.parameters():
            torch.nn.init.normal_(value, std=0.1)
        save(tmp_path / "first.safetensors", Checkpoint.of(made.setup(1), network), toys)
        return tmp_path / "first.safetensors"

    return write


@pytest.mark.parametrize("part", [{}, {"affine": True}, {"condition_dim": 1}])
@pytest.mark.parametrize("steps", [1, 3])
def test_a_diffusion_begins_as_a_regression(toys, diffusion, file, part, steps):
    """At every t, from any noise, in any number of steps."""
    data = {"condition": [0] if "condition_dim" in part else []}
    first = file(data, **part)
    made = diffusion(backbone={**BLOCKS, **part}, begin=f"regression:weights={first}", data=data)
    network = make_networks(toys, made).backbone.eval()
    setup = made.model_copy(update={"sampler": made.sampler.model_copy(update={"steps": steps})})
    later = Diffusion(Weights("", Checkpoint.of(setup.setup(1), network), ""), suite=toys)
    alone = Regression(Weights.read(str(first), toys), suite=toys)
    sample = next(iter(toys.datasets.load("blotches")("val"))).without_target()
    expected = alone.restore(sample, Context("blotches")).image
    assert np.abs(expected - sample.degraded).max() > 0.01
    np.testing.assert_allclose(
        later.restore(sample, Context("blotches")).image, expected, atol=1e-5
    )


def test_it_is_another_run_with_another_file(toys, diffusion, file):
    first = file()
    made = diffusion(backbone=BLOCKS, begin=f"regression:weights={first}")
    assert beginning_digest(toys, made) == sha256(first)
    assert beginning_digest(toys, diffusion()) is None


def test_another_network_is_refused(toys, diffusion, file):
    first = file()
    for changes in (
        {"backbone": {**BLOCKS, "width": 8}},
        {"objective": {"kind": "diffusion", "head": "data"}},
    ):
        made = diffusion(**{"backbone": BLOCKS, **changes}, begin=f"regression:weights={first}")
        with pytest.raises(OptionError, match=r"cannot begin as .* which is another one"):
            make_networks(toys, made)
    with pytest.raises(OptionError, match="'identity', which has no weights"):
        make_networks(toys, diffusion(begin="identity"))
