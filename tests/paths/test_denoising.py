"""The denoising SDE, against the authors' tables and steps."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from restorebench.errors import OptionError
from restorebench.paths.denoising import EPS, denoising_sde, optimal_time
from restorebench.paths.heads import DATA, NOISE
from restorebench.paths.irsde_tables import tables
from restorebench.solvers.euler import euler_maruyama, euler_ode
from restorebench.solvers.onestep import ancestral


@pytest.fixture
def given(arrays):
    return arrays("denoising_sde")


@pytest.mark.parametrize(("T", "sigma"), [(100, 75), (1000, 70)])
def test_marginal_spread(given, T, sigma):
    times = np.arange(T + 1) / T
    published = given[f"cosine.T{T}.s{sigma}.sigma_bars"].numpy()
    exact = denoising_sde("cosine", T, sigma, reference_compat=True).c(times)
    assert np.array_equal(np.float32(exact), published)
    assert np.abs(denoising_sde("cosine", T, sigma).c(times) - published).max() < 3e-6


@pytest.mark.parametrize(("T", "sigma"), [(100, 75), (1000, 70)])
def test_the_tables_are_the_authors_bit_for_bit(given, T, sigma):
    table, where = tables("cosine", T, EPS), f"cosine.T{T}.s{sigma}."
    assert torch.equal(table.theta, given[where + "thetas"])
    assert torch.equal(table.Theta, given[where + "thetas_cumsum"])


@pytest.mark.parametrize(
    ("schedule", "T", "sigma"), [("cosine", 100, 75), ("cosine", 1000, 70), ("linear", 100, 70)]
)
@pytest.mark.parametrize("noise", [15, 25, 50])
def test_the_node_at_which_an_image_is_as_noisy(given, schedule, T, sigma, noise):
    path = denoising_sde(schedule, T, sigma)
    published = int(given[f"{schedule}.T{T}.s{sigma}.optimal_timestep.sigma{noise}"])
    assert round(optimal_time(path, noise) * T) == published


@pytest.mark.parametrize("t", [1, 30, 100])
def test_steps(given, t):
    path = denoising_sde("cosine", 100, 70, reference_compat=True)
    x0, x, mu = given["x0"], given["xt"], torch.zeros(())
    times = np.array([t / 100, (t - 1) / 100])

    def run(solver, head, says, **options):
        def predict(state, time):
            return head.split(path, says, state, mu, time)

        return solver(path, predict, x, mu, times, lambda i, like: given["z"], **options)

    for name, step in {
        "sde_step": run(euler_maruyama, NOISE, given["noise"]),
        "ode_step": run(euler_ode, NOISE, given["noise"]),
        "optimum_step": run(ancestral, DATA, x0, mean=True),
    }.items():
        np.testing.assert_allclose(step, given[f"t{t}.{name}"], atol=1e-6, err_msg=name)


def test_it_starts_from_the_input_itself():
    noisy = torch.rand(1, 3, 2, 2)
    assert torch.equal(denoising_sde().prior(noisy, torch.ones_like(noisy)), noisy)


def test_noise_beyond_the_path_is_refused():
    with pytest.raises(OptionError, match="beyond the path's"):
        optimal_time(denoising_sde(max_sigma=30), 50)
