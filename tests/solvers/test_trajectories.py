"""Whole trajectories, against the authors' programs with every noise given."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from restorebench.paths.heads import DATA, NOISE
from restorebench.paths.irsde import irsde
from restorebench.solvers import mr_sampler
from restorebench.solvers.euler import euler_maruyama, euler_ode
from restorebench.solvers.multistep import multistep
from restorebench.solvers.onestep import ancestral
from restorebench.testing.exact import mixture

GRID = np.arange(100, -1, -1) / 100


def toy(path, x0, mu):
    """A noise model that is right but for a ripple in x0, which depends on state and time."""

    def predict(x, t):
        a, _, c = path.at(t)
        said = x0 + 0.15 * torch.sin(4 * x + 0.05 * t * 100)
        return NOISE.split(path, (x - mu - (said - mu) * a) / c, x, mu, t)

    return predict


@pytest.mark.parametrize("sigma", [10, 50])
@pytest.mark.parametrize(("compat", "tolerance"), [(True, 1e-6), (False, 1e-4)])
@pytest.mark.parametrize(
    ("solver", "name"), [(ancestral, "posterior"), (euler_maruyama, "sde"), (euler_ode, "ode")]
)
def test_a_hundred_steps_of_irsde(arrays, sigma, compat, tolerance, solver, name):
    g, path = arrays("irsde_trajectories_toy"), irsde("cosine", 100, sigma, reference_compat=compat)
    start = g["mu"] + g["start_noise"] * sigma / 255
    predict = toy(path, g["x0"], g["mu"])
    end = solver(path, predict, start, g["mu"], GRID, lambda i, like: g["step_noises"][i])
    np.testing.assert_allclose(end, g[f"s{sigma}.{name}"], atol=tolerance * 2)


@pytest.mark.parametrize("after", [100, 75, 50, 10, 1])
def test_the_states_on_the_way(arrays, after):
    g, path, states = arrays("irsde_trajectories_toy"), irsde(reference_compat=True), {}
    start, predict = g["s50.xT"], toy(path, g["x0"], g["mu"])

    def noise(step, like):
        return g["step_noises"][step]

    def callback(index, s, x, x0_hat):
        states[100 - index] = x

    ancestral(path, predict, start, g["mu"], GRID, noise, callback=callback)
    np.testing.assert_allclose(states[after], g[f"s50.posterior.after_t{after}"], atol=2e-6)


def test_the_optimal_trajectory(arrays):
    g, path = arrays("irsde_trajectories_toy"), irsde(reference_compat=True)

    def true(x, t):
        return DATA.split(path, g["x0"], x, g["mu"], t)

    end = ancestral(path, true, g["s50.xT"], g["mu"], GRID, None, mean=True)
    np.testing.assert_allclose(end, g["s50.optimal_reverse"], atol=1e-6)


MR_RUNS = [
    (kind, form, schedule, n)
    for kind in ("ode1", "ode2", "ode3", "sde1", "sde2")
    for form in ("data", "noise")
    for schedule in ("linspace", "linear-lambda", "karras-t")
    for n in (5, 10)
]


@pytest.mark.parametrize(("kind", "form", "schedule", "n"), MR_RUNS)
def test_mr_sampler(arrays, kind, form, schedule, n):
    g, path, order = arrays("mars_sampler"), mr_sampler.path(), int(kind[3])
    options = {"form": form, "sde": kind.startswith("sde"), "published": True}
    end = multistep(
        path,
        toy(path, g["x0"], g["mu"]),
        g["mu"] + g["start_noise"] * 50 / 255,
        g["mu"],
        mr_sampler.times(path, schedule, n),
        lambda i, like: g["step_noises"][i],
        order=order,
        orders=mr_sampler.orders(order, n),
        **options,
    )
    published = g[f"run.{kind}.{form}.{schedule}.N{n}"]
    np.testing.assert_allclose(end.clamp(0, 1), published, atol=1e-4)


@pytest.mark.parametrize("n", [5, 10, 20])
@pytest.mark.parametrize("schedule", mr_sampler.SCHEDULES)
def test_mr_sampler_schedules(vectors, schedule, n):
    path, published = mr_sampler.path(), vectors("mars_sampler")
    times, where = mr_sampler.times(path, schedule, n), f"sched.{schedule}.N{n}."
    np.testing.assert_allclose(times * 100, published[where + "timesteps"], atol=1e-5)
    for curve, name in ((path.a, "alphas"), (path.c, "sigmas"), (path.lam, "lambdas")):
        np.testing.assert_allclose(curve(times), published[where + name], atol=1e-6)


def test_by_default_lambda_is_consistent_between_the_nodes():
    t = np.linspace(0.013, 0.987, 40)
    for path, consistent in ((irsde(), True), (mr_sampler.path(), False)):
        off = np.abs(path.lam(t) - np.log(path.a(t) / path.c(t))).max()
        assert bool(off < 1e-12) is consistent


@pytest.mark.parametrize("n", [10, 20])
@pytest.mark.parametrize(
    ("name", "solver"), [("dpmpp_2m.heun", "dpmpp-2m"), ("unipc.bh2", "unipc-2")]
)
def test_diffusers_schedulers_in_the_gauge(vectors, solvers, name, solver, n):
    # their numbers: see tests/vectors/engine/README.md
    g, path = vectors("diffusers_gauge"), irsde()
    x = torch.from_numpy(g["x_T"])
    mu = torch.full_like(x, float(g["mu"]))
    predict = mixture(path, list(g["means"]), float(g["std"]), float(g["mu"]))
    times = np.append((g[f"timesteps.N{n}"] + 1) / 100, 0.0)
    end = solvers[solver](path, predict, x, mu, times, None)
    np.testing.assert_allclose(end, g[f"{name}.N{n}"], atol=1e-5)
