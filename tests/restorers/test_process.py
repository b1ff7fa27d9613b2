"""The known answer is reached, and published trajectories are repeated."""

from __future__ import annotations

import weakref
from pathlib import Path

import numpy as np
import pytest
import torch

from restorebench.backbones.backbone import Backbone, Inputs
from restorebench.checkpoints.setup import Setup
from restorebench.errors import OptionError
from restorebench.plugins import suite
from restorebench.restorers.base import Context
from restorebench.restorers.diffusion import Diffusion
from restorebench.restorers.sampling import Process
from restorebench.solvers.noise import START, PixelNoise, noise_key

DATA = Path(__file__).parents[1] / "vectors" / "engine"
CONTEXT = Context("test", seed=3)


def exact(process, x, mu, mean, std):
    """Where the probability-flow ODE takes x_1 when x0 ~ N(mean, std²): the quantile stays."""
    a, b, c = process.path.at(1.0)
    return mean + std * (x - a * mean - b * mu) / np.sqrt(a**2 * std**2 + c**2)


@pytest.mark.parametrize("path", ["irsde", "vp"])
@pytest.mark.parametrize(("solver", "steps"), [("unipc-2", 40), ("heun", 60), ("dpmpp-3m", 40)])
def test_an_exact_network_reaches_the_known_answer(oracles, stored, sample, path, solver, steps):
    backbone = {"name": "oracle", "path": path}
    weights = stored(suite=oracles, backbone=backbone, path=path, solver=solver, steps=steps)
    restorer, given = Diffusion(weights, suite=oracles), sample()
    process = restorer.model.process
    mu = torch.from_numpy(given.degraded)[None]
    x = process.begin(mu, PixelNoise((noise_key(CONTEXT.key(given), 0),)))
    answer = restorer.restore(given, CONTEXT).image
    assert np.abs(answer - exact(process, x, mu, 0.5, 0.1)[0].numpy()).max() < 2e-3


@pytest.mark.parametrize("solver", ["ancestral", "ddim", "dpmpp-3m", "dpmpp-2m-sde"])
def test_temperature_is_the_spread_of_draws(oracles, stored, sample, solver):
    """With an exact network of normal data a draw is affine in all of its noise."""
    weights = stored(suite=oracles, backbone="oracle", path="irsde", solver=solver, steps=6)
    made = [
        Diffusion(weights, temperature=t, suite=oracles).restore(sample(), CONTEXT).image
        for t in (0.25, 0.5, 0.75)
    ]
    low, half, high = made
    assert np.std(half - low) > 0.01
    assert np.allclose(half - low, high - half, atol=1e-4)


@pytest.mark.parametrize("temperature", [0.5, 2.0])
def test_a_tempered_ode_ends_at_the_quantile_of_its_start(temperature):
    """x0 ~ N(0.2, 0.1²): noise of τ times the prior's spreads draws by τ times 0.1."""
    process = Process(suite(), Setup.from_dict({"path": "irsde", "temperature": temperature}))
    mu = torch.full((1, 1, 3, 64, 64), 0.4)
    a, _, c = process.path.at(1.0)

    class Exact(Toy):
        def forward(self, x, mu=None, time=None, condition=None, *, modulation=None):
            a, b, c = process.path.at(time / 100)
            return c * (x - a * 0.2 - b * mu) / (a * a * 0.01 + c * c)

    x0, _ = process.run(Exact(process.path, 0.2), mu, None, PixelNoise((7,)))
    ratio = (a**2 * 0.01 + c**2) ** 0.5
    assert float(x0.std()) == pytest.approx(temperature * 0.1 * c / ratio, rel=0.03)
    assert float(x0.mean()) == pytest.approx(0.2 + 0.1 * a * 0.2 / ratio, abs=0.003)


def test_the_reference_starts_from_the_stationary_law():
    """x_T = μ + λ z with λ = max_sigma/255 (the authors' `noise_state`), not the marginal's."""
    mu, noise = torch.rand(1, 1, 3, 5, 6), PixelNoise((7,))
    z = noise(START, mu)
    for compat in (False, True):
        path = {"name": "irsde", "max_sigma": 30.0, "reference_compat": compat}
        begun = Process(suite(), Setup.from_dict({"path": path, "prior": "stationary"})).begin(
            mu, noise
        )
        assert torch.allclose(begun, mu + 30 / 255 * z, atol=2e-7)
    begun = Process(suite(), Setup.from_dict({"path": path})).begin(mu, noise)
    assert torch.allclose(begun, mu + 30 / 255 * (1 - 0.005**2) ** 0.5 * z, atol=2e-7)


def test_where_it_began_is_given_up_after_the_first_step(monkeypatch):
    """A large image of which nothing is needed any more is not kept by those who passed it on."""
    setup = Setup.from_dict({"path": "irsde", "solver": "ddim", "steps": 3})
    process, begun, alive = Process(suite(), setup), [], []
    begin = process.begin

    def seen(mu, noise):
        begun.append(weakref.ref(x := begin(mu, noise)))
        return x

    def predict(x, t):
        alive.append(begun[0]() is not None)
        return x + 1, x + 2

    monkeypatch.setattr(process, "begin", seen)
    process.sampled(predict, torch.zeros(1, 1, 3, 4, 4), PixelNoise((7,)))
    assert alive == [True, False, False]


class Toy(Backbone):
    """The near-exact noise model of the published toy trajectories."""

    def __init__(self, path, x0):
        super().__init__()
        self.inputs, self.path, self.x0 = Inputs(), path, x0
        self.unused = torch.nn.Parameter(torch.zeros(1))

    def forward(self, x, mu=None, time=None, condition=None, *, modulation=None):
        a, _, c = self.path.at(time / 100)
        x0 = self.x0 + 0.15 * torch.sin(4 * x + 0.05 * time)
        return (x - mu - (x0 - mu) * a) / c


@pytest.mark.parametrize(
    ("solver", "name"),
    [("ancestral", "posterior"), ("euler-maruyama", "sde"), ("euler-ode", "ode")],
)
def test_hundred_steps_of_the_authors_code_are_repeated(solver, name):
    """tests/vectors/engine/README.md says how the file was made: tolerance 1e-4, max_sigma 10."""
    with np.load(DATA / "irsde_trajectories_toy.npz") as file:
        arrays = {key: torch.from_numpy(file[key]) for key in file.files}
    path = {"name": "irsde", "max_sigma": 10.0, "reference_compat": True}
    more = {"grid": "reference", "steps": 100, "prior": "stationary"}
    process = Process(suite(), Setup.from_dict({"path": path, "solver": solver, **more}))

    def noise(step, like):
        z = arrays["start_noise"] if step == START else arrays["step_noises"][step]
        return z.reshape(like.shape)

    mu, x0 = arrays["mu"][:, None], arrays["x0"][:, None]
    with torch.inference_mode():
        x, nfe = process.run(Toy(process.path, x0), mu, None, noise)
    assert nfe == 100
    assert (x[:, 0] - arrays[f"s10.{name}"]).abs().max() < 1e-5


def test_a_denoising_path_starts_where_it_is_as_noisy_as_the_input():
    """t = 21/100 for σ = 25 at max_sigma 75, T = 100 (authors' `get_optimal_timestep`)."""
    values = {"path": {"name": "denoising-sde"}, "grid": "reference", "steps": 100}
    process = Process(suite(), Setup.from_dict({**values, "noise_level": 25}))
    assert np.allclose(process.times, np.arange(21, -1, -1) / 100)
    mu = torch.rand(1, 1, 3, 4, 4)
    assert torch.equal(process.begin(mu, PixelNoise((0,))), mu)


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({}, "no path to sample"),
        ({"path": "vp", "prior": "stationary"}, "no stationary law"),
        ({"path": "irsde", "head": "nose"}, "unknown head 'nose'"),
        ({"path": "irsde", "grid": "linear"}, "unknown time grid 'linear'"),
        ({"path": "irsde", "grid": {"name": "karras", "roh": 3}}, "did you mean 'rho'"),
    ],
)
def test_what_cannot_be_sampled_is_refused(values, says):
    def begin():
        return Process(suite(), Setup.from_dict(values)).begin(
            torch.zeros(1, 1, 3, 2, 2), PixelNoise((0,))
        )

    with pytest.raises(OptionError, match=says):
        begin()


def test_a_bridge_starts_below_its_end_with_a_head_that_says_nothing_there(tiny, sample):
    with pytest.raises(OptionError, match="says nothing of x0 at t = 1"):
        Diffusion(tiny(path="goub", grid="uniform-t", head="noise"), suite=suite()).restore(
            sample(), CONTEXT
        )
    weights = tiny(path="goub", grid="uniform-t", head="noise", start=0.99)
    restored = Diffusion(weights, suite=suite()).restore(sample(), CONTEXT)
    assert np.isfinite(restored.image).all()
