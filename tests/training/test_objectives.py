"""Losses: zero for a network that says what it should, and weighted as they claim."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
import torch

from restorebench.compressors.losses import latent_replacement_loss
from restorebench.errors import OptionError
from restorebench.metrics.lpips.metric import metric
from restorebench.metrics.lpips.trunks import TRUNKS
from restorebench.metrics.measures import lpips as lpips_measure
from restorebench.paths.flow import rectified_flow
from restorebench.paths.heads import HEADS
from restorebench.paths.irsde import irsde
from restorebench.plugins import suite
from restorebench.training.data.batches import Batches
from restorebench.training.networks import make_networks
from restorebench.training.optim.losses import DISTANCES
from restorebench.training.optim.objectives import Diffusion, make_loss
from restorebench.training.recipe import Objective

needs_lpips = pytest.mark.skipif(TRUNKS["alex"].path() is None, reason="LPIPS has no weights here")
TIMES = np.array([0.01, 0.37, 1.0])


@pytest.fixture
def tensors():
    generator = torch.Generator().manual_seed(0)
    return [torch.rand(3, 1, 3, 4, 5, generator=generator) for _ in range(3)]


def says(values):
    """A network that says `values`, whatever it is asked."""
    return lambda x, mu, time, condition: values


@pytest.mark.parametrize("head", HEADS)
def test_the_right_answer_costs_nothing(tensors, head):
    x0, mu, eps = tensors
    path = irsde()
    right = torch.stack(
        [HEADS[head].target(path, *rows, t) for *rows, t in zip(x0, mu, eps, TIMES, strict=True)]
    )
    objective = Objective(kind="diffusion", head=head)
    assert Diffusion(objective, path, says(right)).loss(*tensors, TIMES).item() < 1e-5
    assert Diffusion(objective, path, says(right + 1)).loss(*tensors, TIMES).item() > 0.9


def test_velocity_of_a_straight_path_is_a_difference(tensors):
    x0, mu, eps = tensors
    path = rectified_flow()
    a, b, c = path.rates(0.5)
    objective = Objective(kind="diffusion", head="velocity")
    right = float(a) * x0 + float(b) * mu + float(c) * eps
    assert Diffusion(objective, path, says(right)).loss(*tensors, TIMES).item() < 1e-5


def test_maximum_likelihood_weighs_by_an_euler_step(tensors):
    """2λ²θ_t dt/σ̄_t at t = 1, 50, 100 of IR-SDE(50): .0037, .0222, .0408 (arXiv 2301.11699)."""
    times = np.array([0.01, 0.5, 1.0])
    losses = []
    for weighting in ("uniform", "maximum-likelihood"):
        objective = Objective(kind="diffusion", head="irsde-ml", weighting=weighting)
        whole = Diffusion(objective, irsde(), says(torch.zeros(())))
        losses.append([whole.loss(*(x[:1] for x in tensors), t[None]).item() for t in times])
    np.testing.assert_allclose(np.divide(*losses[::-1]), [0.0037, 0.0222, 0.0408], atol=5e-5)


@needs_lpips
@pytest.mark.parametrize("head", ["data", "residual"])
def test_the_perceptual_part_is_lpips_of_the_image(head):
    """Whatever the head predicts, it is the image that is compared, at each sample's own time."""
    x0, mu, eps, seen = torch.rand(4, 3, 1, 3, 40, 40, generator=torch.Generator().manual_seed(0))
    path, times = irsde(), np.array([0.01, 0.37, 1.0])
    out = HEADS[head].target(path, seen, mu, eps, 0.5)
    losses = []
    for weight in (0, 0.5):
        objective = Objective(kind="diffusion", head=head, perceptual=weight)
        losses.append(Diffusion(objective, path, says(out)).loss(x0, mu, eps, times).item())
    network = metric.network(lpips_measure())
    distance = network(2 * seen[:, 0] - 1, 2 * x0[:, 0] - 1).mean().item()
    assert losses[1] - losses[0] == pytest.approx(distance / 2, rel=1e-4)


@needs_lpips
def test_the_perceptual_part_has_a_gradient_for_the_image_alone(recipe, images):
    made = recipe(objective={"perceptual": 1.0}, data={"patch": 40})
    networks = make_networks(suite(), made)
    loss = make_loss(suite(), made, networks.backbone, None)
    loss(Batches(images(), made)(0, [0, 1])).backward()
    assert all(p.grad is not None for p in networks.backbone.parameters())
    assert not [p for p in loss.perceptual._network.parameters() if p.requires_grad]


def test_a_head_with_noise_in_it_has_no_perceptual_part():
    objective = Objective(kind="diffusion", head="noise", perceptual=1.0)
    with pytest.raises(OptionError, match=r"set objective\.head to 'residual' or 'data'"):
        Diffusion(objective, irsde(), None)


def test_own_states_hold_what_the_network_said_first(toys, diffusion, images):
    """The state is of its own x̂0, the target is the true one; 0 leaves everything as it was."""
    made = diffusion(objective={"kind": "diffusion", "head": "data", "own_states": 0.999})
    batch, path = Batches(images(), made)(0, [0, 1]), irsde()
    seen, grey = [], torch.full_like(batch.x0, 0.5)

    def network(x, mu, time, condition):
        seen.append(x)
        return grey

    found = Diffusion(made.objective, path, network)(batch).item()
    assert found == pytest.approx((batch.x0 - grey).abs().mean().item())
    first, state = seen
    assert (first - batch.mu).abs().mean() < 0.2  # the prior: noise about μ
    again = Batches(images(), made)(0, [0, 1])
    times = torch.from_numpy(Diffusion(made.objective, path, network).times(again.uniform()))
    again.uniform()
    again.normal(grey)
    expected = path.marginal(grey, batch.mu, again.normal(grey), times)
    torch.testing.assert_close(state, expected)


def test_times_of_a_grid_are_whole_and_reach_both_ends():
    objective = Objective(kind="diffusion")
    times = Diffusion(objective, irsde(T=10), None).times(np.linspace(0, 0.9999, 500))
    np.testing.assert_allclose(np.unique(times), np.arange(1, 11) / 10)


def test_times_of_a_continuous_path_leave_out_its_start():
    path = rectified_flow()
    times = Diffusion(Objective(kind="diffusion"), path, None).times(np.array([0.0, 0.5]))
    assert times[0] == path.t_min
    assert path.t_min < times[1] < 1


def test_a_grid_that_a_path_lacks_is_refused():
    with pytest.raises(OptionError, match="has none"):
        Diffusion(Objective(kind="diffusion", times="grid"), rectified_flow(), None)


def test_distances():
    out, target = torch.tensor([0.0, 3.0]), torch.tensor([1.0, 1.0])
    found = {name: distance(out, target).item() for name, distance in DISTANCES.items()}
    assert found["l1"] == 1.5
    assert found["l2"] == 2.5
    assert found["charbonnier"] == pytest.approx(1.5, abs=1e-5)


def test_the_first_stage_is_latent_replacement(recipe, images):
    small = {"name": "unet", "width": 4, "multipliers": [1, 2], "latent_channels": 2}
    objective = {"kind": "latent-replacement"}
    made = recipe(backbone=None, compressor=small, objective=objective)
    networks = make_networks(suite(), made)
    batch = Batches(images(), made)(0, [0, 1])
    replacement = latent_replacement_loss(networks.compressor, batch.mu[:, 0], batch.x0[:, 0]).total
    assert torch.equal(make_loss(suite(), made, None, networks.compressor)(batch), replacement)


def test_the_vae_objective_is_for_vaes(recipe):
    made = recipe(backbone=None, compressor="unet", objective={"kind": "kl-vae"})
    with pytest.raises(OptionError, match="trains the compressor kl-vae"):
        make_loss(suite(), made, None, SimpleNamespace())
