"""Heads: each way of saying x0 and ε, and back."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from restorebench.errors import OptionError
from restorebench.paths.bridges import bbdm, goub, i2sb, unidb
from restorebench.paths.denoising import denoising_sde
from restorebench.paths.diffusion import vp
from restorebench.paths.flow import pmrf, rectified_flow
from restorebench.paths.heads import DATA, HEADS, IRSDE_ML, NOISE, VELOCITY, head, predictor
from restorebench.paths.irsde import irsde
from restorebench.paths.shift import resshift
from restorebench.solvers.euler import euler_maruyama

PATHS = (irsde(), vp(), rectified_flow(), pmrf(), resshift(), goub(), i2sb(), bbdm())


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(sorted(HEADS)), st.sampled_from(PATHS), st.floats(0.05, 0.95))
def test_split_undoes_target(name, path, t):
    if name == "irsde-ml" and path.steps is None:
        return
    generator = torch.Generator().manual_seed(1)
    x0, mu, eps = torch.rand(3, 2, 3, 4, 4, generator=generator, dtype=torch.float64)
    x = path.marginal(x0, mu, eps, t)
    x0_hat, eps_hat = HEADS[name].split(path, HEADS[name].target(path, x0, mu, eps, t), x, mu, t)
    torch.testing.assert_close(x0_hat, x0, atol=1e-6, rtol=1e-6)
    torch.testing.assert_close(eps_hat, eps, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize(
    ("k", "p", "q"),
    [(25, 0.9989, -0.0094), (50, 0.9888, -0.0230), (75, 0.9786, -0.0069), (100, 0.9749, -0.0007)],
)
def test_the_ml_objective_is_not_minimised_by_the_noise(k, p, q):
    # arXiv 2301.11699's loss at max_sigma 50: its minimiser is p ε + q (x0 − μ)
    p_x, p_mu, p_eps = IRSDE_ML.coefficients(irsde(), k / 100)
    assert (p_x, p_mu, p_eps) == pytest.approx((q, -q, p), abs=6e-5)


@pytest.mark.parametrize(
    "path",
    [irsde("linear", 40, 30), denoising_sde("cosine", 40, 75), goub(T=40), unidb(1e3, T=40)],
    ids=lambda path: path.name,
)
@pytest.mark.parametrize("k", [1, 2, 20, 39])
def test_the_ml_head_is_the_minimiser_of_the_loss(path, k):
    # the Euler mean with this output for noise is the exact posterior mean, for any x0, μ, ε
    times = np.array([k / 40, (k - 1) / 40])
    x0, mu, eps = torch.rand(3, 5, dtype=torch.float64)
    x = path.marginal(x0, mu, eps, times[0])
    out = IRSDE_ML.target(path, x0, mu, eps, times[0])

    def predict(state, t):
        return NOISE.split(path, out, state, mu, t)

    euler = euler_maruyama(path, predict, x, mu, times, None, mean=True)
    exact = path.mean(x0, eps, mu, times[1], path.kappa(*times))[0]
    torch.testing.assert_close(euler, exact, atol=1e-10, rtol=0)


def test_velocity_of_a_flow_is_the_difference():
    assert VELOCITY.coefficients(pmrf(0.3), 0.4) == pytest.approx((-1.0, 1.0, 0.3))


@pytest.mark.parametrize("path", [goub(), i2sb(), bbdm()], ids=lambda path: path.name)
def test_only_x0_itself_can_be_said_at_a_bridges_end(path):
    mu, x0 = torch.rand(2, 1, 3, 2, 2)
    assert torch.equal(DATA.split(path, x0, mu, mu, 1.0)[0], x0)
    with pytest.raises(OptionError, match="says nothing of x0 at t = 1"):
        NOISE.split(path, x0, mu, mu, 1.0)


@pytest.mark.parametrize("name", HEADS)
def test_at_the_data_the_state_is_the_answer(path, name):
    out, x, mu = torch.rand(3, 1, 3, 2, 2)
    x0_hat, eps_hat = HEADS[name].split(path, out, x, mu, 0.0)
    assert torch.equal(x0_hat, x)
    assert not eps_hat.any()


@pytest.mark.parametrize("name", sorted(set(HEADS) - {"irsde-ml"}))
def test_at_the_prior_a_head_is_finite_or_refused(path, name):
    out, x, mu = torch.rand(3, 1, 3, 2, 2)
    x = mu if path.bridge else x
    silent = HEADS[name].coefficients(path, 1.0)[0] == 0 or (path.bridge and name == "velocity")
    if path.at(1.0)[0] == 0 and silent:
        with pytest.raises(OptionError, match="says nothing of x0 at t = 1"):
            HEADS[name].split(path, out, x, mu, 1.0)
    else:
        assert all(part.isfinite().all() for part in HEADS[name].split(path, out, x, mu, 1.0))


def test_towards_a_bridges_end_the_ml_head_says_the_noise():
    assert IRSDE_ML.coefficients(goub(), 1 - 1e-7) == pytest.approx((0, 0, 1), abs=2e-3)
    with pytest.raises(OptionError, match="says nothing of x0 at t = 1"):
        IRSDE_ML.split(goub(), *torch.rand(3, 1, 3, 2, 2), 1.0)


def test_unknown_heads_and_paths_without_a_grid_are_refused():
    with pytest.raises(OptionError, match="there are noise, data"):
        head("epsilon")
    with pytest.raises(OptionError, match="has none"):
        IRSDE_ML.coefficients(vp(), 0.5)


def test_a_network_is_called_with_its_own_time():
    said = []

    def network(x, mu, time):
        said.append(time)
        return x

    x = torch.ones(1, 3, 2, 2)
    predictor(irsde(), NOISE, network, x)(x, 0.57)
    assert said == [57.0]


def test_gradients_flow_through_a_split():
    out = torch.zeros(1, 3, 2, 2, requires_grad=True)
    x0_hat, _ = NOISE.split(irsde(), out, torch.ones(1, 3, 2, 2), torch.zeros(1, 3, 2, 2), 0.5)
    x0_hat.sum().backward()
    a, _, c = irsde().at(0.5)
    np.testing.assert_allclose(out.grad, np.full((1, 3, 2, 2), -c / a), rtol=1e-6)


def test_large_images_are_split_in_strips(monkeypatch):
    x, mu, out = torch.randn(3, 2, 3, 11, 7)
    predict = predictor(irsde(), VELOCITY, lambda x, mu, t: out, mu)
    whole = predict(x, 0.57)
    monkeypatch.setattr("restorebench.paths.heads._AT_ONCE", 4 * 7 * 6)
    assert all(torch.equal(a, b) for a, b in zip(predict(x, 0.57), whole, strict=True))
