"""A pair that cannot work is refused, with the reason."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from restorebench.errors import OptionError
from restorebench.paths.bridges import goub, unidb
from restorebench.paths.diffusion import vp
from restorebench.paths.heads import NOISE, predictor
from restorebench.paths.irsde import irsde
from restorebench.solvers.grids import grid, karras, reference, uniform_lambda, uniform_t
from restorebench.solvers.multistep import multistep
from restorebench.testing.exact import gaussian

X = torch.zeros(1, 3, 2, 2, dtype=torch.float64)


def silence(step, like):
    return torch.zeros_like(like)


def restored(solver, path, times, noise=None, **options):
    return solver(path, gaussian(path, 0.5, 0.1), X, X, times, noise, **options)


def test_a_bridge_without_noise_for_its_first_step(solvers, name):
    with pytest.raises(OptionError, match=r"first step must draw|cannot follow"):
        restored(solvers[name], goub(), uniform_t(goub(), 5))


def test_a_noise_head_at_a_bridges_end(solvers, name):
    path = goub()
    predict = predictor(path, NOISE, lambda x, mu, t: x, X)
    with pytest.raises(OptionError, match="says nothing of x0"):
        solvers[name](path, predict, X, X, uniform_t(path, 5), silence)


def test_below_the_end_it_works(solvers):
    path = goub()
    predict = predictor(path, NOISE, lambda x, mu, t: x, X)
    start = path.prior(X, torch.ones_like(X), 0.99)
    assert torch.isfinite(
        solvers["unipc-2"](path, predict, start, X, uniform_t(path, 5, 0.99), None)
    ).all()


@pytest.mark.parametrize("path", [goub(), unidb()], ids=lambda path: path.name)
def test_eulers_ode_at_a_bridges_end(solvers, path):
    with pytest.raises(OptionError, match="take ddim"):
        restored(solvers["euler-ode"], path, uniform_t(path, 20), silence)


@pytest.mark.parametrize("name", ["euler-maruyama", "ancestral", "dpmpp-2m-sde", "dpm-2m-sde"])
def test_a_stochastic_solver_without_noise(solvers, name):
    with pytest.raises(OptionError, match="give a noise source"):
        restored(solvers[name], irsde(), uniform_t(irsde(), 5))


@pytest.mark.parametrize("lay", [uniform_lambda, karras])
def test_a_grid_in_lambda_where_lambda_does_not_fall(lay):
    with pytest.raises(OptionError, match="does not fall"):
        lay(unidb(1e2, variance="released"), 10)


@pytest.mark.parametrize("name", ["reference", "trailing"])
def test_whole_times_on_a_path_without_any(name):
    with pytest.raises(OptionError, match="take uniform-t"):
        grid(name)(vp(), 10)


def test_more_steps_than_whole_times():
    with pytest.raises(OptionError, match="take uniform-t"):
        reference(irsde(), 101)


@pytest.mark.parametrize("name", ["ancestral", "euler-maruyama", "euler-ode"])
def test_a_naive_stride_without_a_grid(solvers, name):
    with pytest.raises(OptionError, match="naive_stride"):
        restored(solvers[name], vp(), uniform_t(vp(), 5), silence, naive_stride=True)


@pytest.mark.parametrize(
    "times", [[1.0], [0.0, 1.0], [1.0, 1.0, 0.0], [1.5, 0.0], [0.5, -0.1], [1.0, np.nan]]
)
def test_times_that_are_no_grid(solvers, times):
    with pytest.raises(OptionError, match="that fall"):
        restored(solvers["ddim"], irsde(), np.array(times))


def test_options_out_of_range(solvers):
    with pytest.raises(OptionError, match="eta is 2"):
        restored(solvers["ddim"], irsde(), uniform_t(irsde(), 5), silence, eta=2.0)
    with pytest.raises(OptionError, match="the SDE 1, 2"):
        restored(multistep, irsde(), uniform_t(irsde(), 5), silence, order=3, sde=True)
    with pytest.raises(OptionError, match="there are reference"):
        grid("cosine")
