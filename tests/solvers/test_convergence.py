"""Every solver on every path reaches the true distribution, at its order."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from restorebench.errors import OptionError
from restorebench.paths.bridges import bbdm, ddbm_ve, goub, i2sb
from restorebench.paths.heads import IRSDE_ML, NOISE
from restorebench.paths.irsde import irsde
from restorebench.solvers.grids import karras, reference, trailing, uniform_lambda, uniform_t
from restorebench.solvers.multistep import dpmpp_3m, multistep
from restorebench.testing.exact import (
    enough,
    gaussian,
    mixture,
    mixture_error,
    propagated,
    reread,
    sampled_error,
    wasserstein,
)

PRIOR_FLOOR = 0.01
"""W₂ that the prior may leave at any number of steps: it has μ for x0, where a(1) > 0."""


def laid(path, name, n):
    """A grid on which `name` converges: in t for Euler's steps, else in λ down to σ = 0.005."""
    if name.startswith("euler"):
        return uniform_t(path, n)
    return uniform_lambda(path, n, t_min=float(path.time_of_lam(-np.log(0.005))))


def cannot(path, name):
    """Euler's ODE from where the noise grows without bound; see test_refusals."""
    return name == "euler-ode" and (path.bridge or path.name == "unidb")


def test_it_converges_to_the_data(path, solvers, name):
    start = 100 if name.startswith("euler") else 20
    if cannot(path, name):
        with pytest.raises(OptionError, match="take ddim"):
            wasserstein(solvers[name], path, laid(path, name, start), 0.5, 0.1, 0.4)
        return
    coarse, fine = (
        wasserstein(solvers[name], path, laid(path, name, n), 0.5, 0.1, 0.4)
        for n in (start, 4 * start)
    )
    assert fine < max(PRIOR_FLOOR, 0.3 * coarse)
    assert fine < 0.15


@pytest.mark.slow
def test_it_finds_both_modes(path, solvers, name):
    times = laid(path, name, 40) if not name.startswith("euler") else uniform_t(path, 240) ** 2
    if cannot(path, name):
        with pytest.raises(OptionError, match="take ddim"):
            sampled_error(solvers[name], path, times, [-0.15, 0.15], 0.03)
        return
    assert sampled_error(solvers[name], path, times, [-0.15, 0.15], 0.03) < 0.25


ORDERS = {"ddim": 1, "dpmpp-2m": 2, "dpm-2m": 2, "heun": 2, "dpmpp-3m": 3, "unipc-2": 3}


def ends(solver, n):
    """Where starting points are at σ = e⁻⁵: bimodal data, equal steps in λ."""
    path, x = irsde(), torch.linspace(-0.5, 0.5, 41, dtype=torch.float64)
    lam = np.linspace(float(path.lam(1.0)), 5.0, n + 1)
    times = np.append(1.0, path.time_of_lam(lam[1:]))
    predict = mixture(path, [-0.15, 0.15], 0.03)
    return solver(path, predict, x, torch.zeros_like(x), times, None)


@pytest.fixture(scope="module")
def ode_errors():
    """The largest error over starting points at each number of steps."""
    exact = ends(dpmpp_3m, 1500)
    return lambda solver, counts: [float((ends(solver, n) - exact).abs().max()) for n in counts]


@pytest.mark.parametrize("name", ORDERS)
def test_measured_order(solvers, ode_errors, name):
    coarse, fine = ode_errors(solvers[name], (80, 160))
    assert np.log2(coarse / fine) == pytest.approx(ORDERS[name], abs=0.4)


def test_the_printed_third_order_is_of_order_two(ode_errors):
    # DPM-Solver++ and MR-Sampler print D2 without the factor 2 of its moment
    def printed(*args, **options):
        return dpmpp_3m(*args, **options, published=True)

    coarse, fine = ode_errors(printed, (160, 320))
    assert np.log2(coarse / fine) == pytest.approx(2.0, abs=0.2)


def test_stochastic_and_deterministic_agree_in_first_order(solvers):
    # ancestral = MR-SDE-1 in data form: order 1 of the SDE's exponential integrator
    def first(*args, **options):
        return multistep(*args, order=1, sde=True, **options)

    path, times = irsde(), uniform_t(irsde(), 13)
    same = [propagated(f, path, times, 0.5, 0.1, 0.4) for f in (solvers["ancestral"], first)]
    assert same[0] == pytest.approx(same[1], abs=1e-12)


def test_first_order_data_and_noise_forms_are_ddim(solvers):
    path, times = irsde(), uniform_lambda(irsde(), 9)
    ddim = propagated(solvers["ddim"], path, times, 0.5, 0.1, 0.4)
    for form in ("data", "noise"):

        def first(*args, form=form, **options):
            return multistep(*args, order=1, form=form, **options)

        assert propagated(first, path, times, 0.5, 0.1, 0.4) == pytest.approx(ddim, abs=1e-12)


def test_eta_one_is_ancestral(solvers):
    def full(*args, **options):
        return solvers["ddim"](*args, eta=1.0, **options)

    path, times = irsde(), uniform_t(irsde(), 7)
    same = [propagated(f, path, times, 0.5, 0.1, 0.4) for f in (solvers["ancestral"], full)]
    assert same[0] == pytest.approx(same[1], abs=1e-12)


def test_all_bridges_are_one_in_lambda(solvers):
    # in the gauge a path differs from another only in where its λ begins
    found = [
        propagated(solvers["unipc-2"], path, laid(path, "unipc-2", 12), 0.5, 0.1, 0.4)
        for path in (goub(), i2sb(), bbdm(), ddbm_ve())
    ]
    for end in found[1:]:
        assert end == pytest.approx(found[0], abs=1e-6)


@pytest.mark.parametrize("grid", [uniform_t, uniform_lambda, karras, trailing])
def test_each_grid_leads_to_the_data(solvers, grid):
    path = irsde()
    assert wasserstein(solvers["unipc-2"], path, grid(path, 25), 0.5, 0.1, 0.4) < 0.05


@pytest.mark.parametrize("std", [0.02, 0.05, 0.10, 0.15])
@pytest.mark.parametrize("offset", [0.0, 0.1, 0.3])
def test_unipc_needs_twelve_calls_for_what_takes_the_posterior_a_hundred(solvers, std, offset):
    path, counts = irsde(), list(range(2, 31))
    bound = wasserstein(solvers["ancestral"], path, reference(path, 100), offset, std)
    errors = [
        wasserstein(solvers["unipc-2"], path, uniform_lambda(path, n), offset, std) for n in counts
    ]
    assert enough(errors, counts, bound) <= 12


def test_and_fifteen_on_two_modes(solvers):
    path, modes, counts = irsde(), [-0.15, 0.15], list(range(8, 31))
    hundred = reference(path, 100)
    bound = sampled_error(solvers["ancestral"], path, hundred, modes, 0.03, pairs=15000)
    errors = [
        mixture_error(solvers["unipc-2"], path, uniform_lambda(path, n), modes, 0.03)
        for n in counts
    ]
    assert 0.05 < bound < 0.09
    assert enough(errors, counts, bound) <= 15


def test_the_published_few_step_baseline_is_an_artefact_of_its_stride(solvers):
    def naive(*args, **options):
        return solvers["ancestral"](*args, naive_stride=True, **options)

    path = irsde()
    skipped = wasserstein(naive, path, reference(path, 10), 0.1, 0.05)
    strided = wasserstein(solvers["ancestral"], path, uniform_t(path, 10), 0.1, 0.05)
    assert skipped == pytest.approx(2.5, abs=0.05)
    assert strided == pytest.approx(0.37, abs=0.01)


def test_a_network_of_the_ml_objective_is_calibrated_by_its_own_head(solvers):
    path = irsde()
    times, exact = uniform_lambda(path, 20), gaussian(path, 0.1, 0.05)
    spread = {
        head.name: propagated(
            solvers["unipc-2"], path, times, 0.1, 0.05, 0.0, reread(path, exact, IRSDE_ML, head)
        )[1]
        / 0.05
        for head in (NOISE, IRSDE_ML)
    }
    assert spread["noise"] == pytest.approx(1.11, abs=0.005)
    assert spread["irsde-ml"] == pytest.approx(1.006, abs=0.005)


def test_leaving_the_noise_out_narrows_the_samples(solvers):
    def mean_ode(*args, **options):
        return solvers["ancestral"](*args, mean=True, **options)

    path = irsde()
    _, spread = propagated(mean_ode, path, reference(path, 100), 0.5, 0.1, 0.4)
    assert spread < 0.02
