"""A step of training as the authors' code takes it (tests/vectors/engine/README.md)."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from restorebench.backbones.keys import nafnet as keys_nafnet
from restorebench.backbones.nafnet import NAFNet
from restorebench.paths.irsde import irsde
from restorebench.training.optim.ema import make_ema
from restorebench.training.optim.objectives import Diffusion
from restorebench.training.optim.optimiser import make_optimiser
from restorebench.training.optim.schedule import learning_rate
from restorebench.training.recipe import Averaging, Objective, Optimiser, Schedule

ML = Objective(kind="diffusion", head="irsde-ml", weighting="maximum-likelihood")
RATES = {"Lion": (4e-5, 0.0), "Adam": (1e-4, 0.0), "AdamW": (2e-4, 0.01)}


@pytest.fixture
def network(vectors):
    """The published network, to be trained."""
    start = len("sd:")
    tiny = vectors("net_nafnet_tiny").items()
    state = {k[start:]: torch.from_numpy(v) for k, v in tiny if k.startswith("sd:")}
    made = NAFNet(keys_nafnet.infer_config(state))
    made.load_state_dict(keys_nafnet.convert(state))
    return made.train()


@pytest.fixture
def given(vectors):
    """The published step, and a function for its loss."""
    step = vectors("train_step")
    x0, mu, eps = (torch.from_numpy(step[key]) for key in ("x0", "mu", "noise"))
    times = step["t"].ravel() / 100

    def loss(network, compat=True):
        return Diffusion(ML, irsde(reference_compat=compat), network).loss(x0, mu, eps, times)

    return step, loss


def test_the_loss_of_a_batch(network, given):
    step, loss = given
    assert loss(network).item() == pytest.approx(float(step["Lion.loss0"]), abs=1e-6)


def test_the_loss_from_accurate_tables(network, given):
    step, loss = given
    assert loss(network, compat=False).item() == pytest.approx(float(step["Lion.loss0"]), abs=1e-5)


def test_the_gradient_of_a_batch(network, given):
    step, loss = given
    loss(network).backward()
    for name, layer in (
        ("intro.weight", network.intro.weight),
        ("ending.bias", network.ending.bias),
    ):
        np.testing.assert_allclose(layer.grad, step[f"grad0:{name}"], atol=2e-6)


@pytest.mark.parametrize("name", RATES)
def test_three_updates(network, given, name):
    step, loss = given
    lr, decay = RATES[name]
    chosen = Optimiser(name=name.lower(), lr=lr, weight_decay=decay)
    optimiser = make_optimiser(chosen, network.parameters())
    for k in range(3):
        optimiser.zero_grad()
        value = loss(network)
        assert value.item() == pytest.approx(float(step[f"{name}.loss{k}"]), abs=1e-5)
        value.backward()
        optimiser.step()
    start = f"{name}.after3:"
    after = {key.removeprefix(start): v for key, v in step.items() if key.startswith(start)}
    ours = network.state_dict()
    for key, value in after.items():
        mine = ours[keys_nafnet.rename(key)]
        np.testing.assert_allclose(mine, value.reshape(mine.shape), atol=2e-5)
    assert len(after) == 5


def test_rates_that_halve_at_milestones(vectors):
    schedule = Schedule(name="multistep", milestones=(20, 40, 60))
    ours = [learning_rate(schedule, 1e-4, step, 80) for step in range(1, 81)]
    np.testing.assert_allclose(ours, vectors("lr_schedules")["multistep"], atol=1e-12)


def test_rates_that_fall_by_a_cosine(vectors):
    schedule = Schedule(name="cosine", minimum=1e-7)
    ours = [learning_rate(schedule, 4e-5, step, 80) for step in range(1, 81)]
    np.testing.assert_allclose(ours, vectors("lr_schedules")["true_cosine"], atol=1e-12)


def test_the_moving_average(vectors):
    online, average = vectors("ema_trace")["trace"].T
    network = torch.nn.Linear(1, 1, bias=False)
    network.weight.data.fill_(online[0])
    rule = Averaging()
    ema = make_ema(network, rule)
    ours = []
    for step, value in enumerate(online):
        network.weight.data.fill_(value)
        if step % rule.every == 0:
            ema.update(network, step=step + 1)
        ours.append(ema.module.weight.item())
    np.testing.assert_allclose(ours, average, atol=1e-6)
