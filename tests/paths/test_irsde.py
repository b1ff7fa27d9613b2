"""Single steps of IR-SDE, against the authors' functions with the noise given."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from restorebench.paths.heads import DATA, NOISE
from restorebench.paths.irsde import irsde
from restorebench.solvers.euler import euler_maruyama, euler_ode
from restorebench.solvers.onestep import ancestral

CONFIGS = [("cosine", 50, 0.005), ("linear", 30, 0.01)]
TIMES = (1, 2, 50, 100)


@pytest.fixture
def given(arrays):
    return arrays("irsde_steps")


def expected(given, config, t, name):
    schedule, sigma, eps = config
    return given[f"{schedule}.s{sigma}.eps{eps}.t{t}.{name}"]


def assert_close(value, published, atol=1e-6):
    np.testing.assert_allclose(value[..., :2, :], published, atol=atol, rtol=1e-5)


def one_step(solver, path, given, t, *, says="noise", head=NOISE, **options):
    def predict(x, time):
        return head.split(path, given[says], x, given["mu"], time)

    times = np.array([t / 100, (t - 1) / 100])
    return solver(
        path, predict, given["xt"], given["mu"], times, lambda i, like: given["z"], **options
    )


@pytest.mark.parametrize("config", CONFIGS)
@pytest.mark.parametrize("t", TIMES)
@pytest.mark.parametrize("compat", [True, False])
def test_euler_steps(given, config, t, compat):
    path = irsde(config[0], 100, *config[1:], compat)
    step = expected(given, config, t, "sde_step")
    mean = expected(given, config, t, "sde_step_mean")
    assert_close(one_step(euler_maruyama, path, given, t), step)
    assert_close(one_step(euler_maruyama, path, given, t, mean=True), mean)
    assert_close(one_step(euler_ode, path, given, t), expected(given, config, t, "ode_step"))


@pytest.mark.parametrize("config", CONFIGS)
@pytest.mark.parametrize("t", TIMES)
def test_posterior_and_optimum_steps(given, config, t):
    path = irsde(config[0], 100, *config[1:], reference_compat=True)
    posterior = one_step(ancestral, path, given, t)
    optimum = one_step(ancestral, path, given, t, says="x0", head=DATA, mean=True)
    assert_close(posterior, expected(given, config, t, "posterior_step"))
    assert_close(optimum, expected(given, config, t, "optimum_step"))


@pytest.mark.parametrize("t", TIMES)
def test_float64_moves_the_optimum_step_by_their_rounding_only(given, t):
    # their 1 − e^{−2Θ} in float32 moves the coefficients at t = 2 by up to 7e-5
    step = one_step(ancestral, irsde(), given, t, says="x0", head=DATA, mean=True)
    assert_close(step, expected(given, CONFIGS[0], t, "optimum_step"), atol=5e-5)


@pytest.mark.parametrize("config", CONFIGS)
@pytest.mark.parametrize("t", TIMES)
def test_marginal_drift_and_x0(given, config, t):
    path = irsde(config[0], 100, *config[1:], reference_compat=True)
    x0, mu, x = given["x0"], given["mu"], given["xt"]
    marginal = path.marginal(x0, mu, given["z"], t / 100)
    assert_close(marginal, expected(given, config, t, "marginal_sample"))
    assert_close(path.drift(x, mu, t / 100) / 100, expected(given, config, t, "drift"))
    forward = x + path.drift(x, mu, t / 100) / 100
    forward = forward + float(path.diffusion2(t / 100) / 100) ** 0.5 * given["z"]
    assert_close(forward, expected(given, config, t, "forward_step"))
    x0_hat = NOISE.split(path, given["noise"], x, mu, t / 100)[0]
    assert_close(x0_hat, expected(given, config, t, "x0_from_noise"), atol=2e-5)


def test_each_sample_of_a_training_batch_has_its_own_time(given):
    torch.manual_seed(1234)  # the authors draw t, then the noise
    t = torch.randint(1, 101, (2, 1, 1, 1))
    z = torch.randn_like(given["x0"])
    assert torch.equal(t.flatten(), given["generate_random_states.seed1234.timesteps"].flatten())
    path = irsde(reference_compat=True)
    states = path.marginal(given["x0"], given["mu"], z, t.flatten() / 100)
    published = given["generate_random_states.seed1234.states"]
    np.testing.assert_allclose(states, published, atol=1e-6)


def test_theta_is_linear_between_the_nodes():
    path = irsde()
    nodes = -np.log(path.a(np.array([0.5, 0.505, 0.51])))
    assert nodes[1] == pytest.approx((nodes[0] + nodes[2]) / 2, rel=1e-12)
