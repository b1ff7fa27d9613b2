"""A restoration does not depend on batch, order, precision of the network, or who else asks."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from restorebench.paths.bridges import bbdm
from restorebench.paths.heads import DATA, predictor
from restorebench.paths.irsde import irsde
from restorebench.solvers.grids import GRIDS, uniform_lambda, uniform_t
from restorebench.solvers.noise import START, PixelNoise
from restorebench.solvers.onestep import ancestral
from restorebench.solvers.unipc import unipc_2

KEYS = (11, 22, 33)


def network(x, mu, time):
    """A stand-in that mixes channels, but no pixels."""
    return torch.tanh(0.5 * x + 0.4 * mu + 0.1 * x.flip(-3) + 0.001 * time)


def run(solver, path, mu, keys=KEYS, origin=(0, 0), n=6):
    source = PixelNoise(keys, origin)
    start = path.prior(mu, source(START, mu))
    return solver(path, predictor(path, DATA, network, mu), start, mu, uniform_t(path, n), source)


@pytest.fixture
def mu():
    return torch.rand(3, 3, 12, 10, generator=torch.Generator().manual_seed(0))


def test_alone_in_a_batch_in_another_order(solvers, name, mu):
    path = irsde() if name == "euler-ode" else bbdm()
    together = run(solvers[name], path, mu)
    order = [2, 0, 1]
    shuffled = run(solvers[name], path, mu[order], tuple(KEYS[i] for i in order))
    assert torch.equal(together[order], shuffled)
    assert torch.equal(together[1:2], run(solvers[name], path, mu[1:2], KEYS[1:2]))


def test_a_tile_is_the_whole(solvers, name, mu):
    whole = run(solvers[name], irsde(), mu)
    tile = run(solvers[name], irsde(), mu[..., 4:9, 3:10], origin=(4, 3))
    torch.testing.assert_close(tile, whole[..., 4:9, 3:10], rtol=0, atol=1e-6)


def test_solvers_keep_no_state_between_calls(solvers, name, mu):
    first = run(solvers[name], irsde(), mu)
    run(solvers[name], bbdm() if name != "euler-ode" else irsde("linear"), mu)
    assert torch.equal(first, run(solvers[name], irsde(), mu))


def test_stereo_views_are_an_axis_like_any(mu):
    both = torch.stack([mu, mu.flip(-1)], 1)
    assert torch.equal(run(ancestral, irsde(), both)[:, 0], run(ancestral, irsde(), mu))


def test_the_state_stays_float32_when_the_network_is_bfloat16(mu):
    path, source = irsde(), PixelNoise(KEYS)

    def low(x, where, time):
        return network(x.bfloat16(), where.bfloat16(), time).float()

    start = path.prior(mu, source(START, mu))
    times = uniform_lambda(path, 12)
    ends = [
        unipc_2(path, predictor(path, DATA, net, mu), start, mu, times, None)
        for net in (network, low)
    ]
    assert ends[1].dtype == torch.float32
    torch.testing.assert_close(ends[1], ends[0], rtol=0, atol=0.02)


def test_gradients_flow_through_a_whole_restoration(solvers, name, mu):
    path, gain = irsde(), torch.tensor(1.0, requires_grad=True)

    def trained(x, where, time):
        return gain * network(x, where, time)

    source = PixelNoise(KEYS)
    predict, times = predictor(path, DATA, trained, mu), uniform_t(path, 4)
    solvers[name](path, predict, mu, mu, times, source).square().mean().backward()
    assert torch.isfinite(gain.grad)
    assert gain.grad != 0


def test_watch_sees_every_step(solvers, name, mu):
    path, source, seen = irsde(), PixelNoise(KEYS), []

    def callback(index, s, x, x0_hat):
        seen.append((index, s))

    predict = predictor(path, DATA, network, mu)
    solvers[name](path, predict, mu, mu, uniform_t(path, 4), source, callback=callback)
    assert seen == [(0, 0.75), (1, 0.5), (2, 0.25), (3, 0.0)]


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(sorted(GRIDS)), st.integers(1, 100))
def test_a_grid_of_n_steps_falls_from_one_to_zero(name, n):
    times = GRIDS[name](irsde(), n)
    assert len(times) == n + 1
    assert (times[0], times[-1]) == (1.0, 0.0)
    assert (np.diff(times) < 0).all()


def test_the_reference_grid_is_the_published_one():
    # int(linspace(1, T, N)) reversed
    times = GRIDS["reference"](irsde(), 10) * 100
    np.testing.assert_allclose(times, [100, 89, 78, 67, 56, 45, 34, 23, 12, 1, 0], atol=1e-12)
