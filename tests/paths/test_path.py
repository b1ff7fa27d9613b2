"""What holds on every path: ends, derivatives, inversion, composition, Bayes' rule."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from restorebench.errors import OptionError
from restorebench.paths.bridges import goub, i2sb
from restorebench.paths.curves import derivative
from restorebench.paths.diffusion import vp
from restorebench.paths.flow import pmrf
from restorebench.paths.irsde import irsde
from restorebench.paths.path import Path
from restorebench.paths.shift import resshift

SOME = (irsde(), vp(), pmrf(), resshift(), goub(), i2sb())
INNER = st.floats(0.02, 0.98)


def smooth_times(path):
    """Five times, between the nodes of a path that has some."""
    times = np.array([0.123, 0.31, 0.501, 0.777, 0.934])
    return times if path.steps is None else (np.floor(times * path.steps) + 0.5) / path.steps


def test_it_starts_at_the_data_and_is_finite_at_both_ends(path):
    assert path.at(0.0) == (1.0, 0.0, 0.0)
    a, b, c = path.at(1.0)
    assert np.isfinite([a, b, c]).all()
    assert path.bridge == (a == 0 and c == 0)


def test_its_derivatives_are_those_of_its_curves(path):
    t = smooth_times(path)
    for rate, curve in zip(path.rates(t), (path.a, path.b, path.c), strict=True):
        numeric = derivative(curve)(t)
        np.testing.assert_allclose(rate, numeric, atol=1e-9 * (1 + np.abs(numeric).max()))


def test_its_diffusion_is_minus_two_c_squared_lambda_rate(path):
    t = smooth_times(path)
    numeric = -2 * np.square(path.c(t)) * derivative(path.lam)(t)
    np.testing.assert_allclose(path.diffusion2(t), numeric, rtol=1e-7)


def test_lambda_falls_and_inverts(path):
    t = np.linspace(0.01, 0.99, 50)
    lam = path.lam(t)
    assert (np.diff(lam) < 0).all()
    np.testing.assert_allclose(path.time_of_lam(lam), t, atol=1e-12)


def test_scalars_and_arrays_agree(path):
    t = np.array([[0.2, 0.4], [0.6, 0.8]])
    for curve in (path.a, path.b, path.c, path.lam, path.sigma, path.diffusion2):
        value = np.asarray(curve(t))
        assert value.shape == t.shape
        assert float(curve(0.4)) == pytest.approx(value[0, 1], rel=1e-15)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(SOME), INNER, INNER)
def test_marginals_compose(path, u, v):
    # x_t given x_s and μ is normal, with gain a_t/a_s; its variance must be what is missing
    s, t = sorted((u, v))
    gain = float(path.a(t)) / float(path.a(s))
    added = float(path.c(t)) ** 2 - gain**2 * float(path.c(s)) ** 2
    assert added >= -1e-15
    assert gain <= 1 + 1e-12


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(SOME), INNER, INNER)
def test_the_ancestral_kernel_is_bayes_rule(path, u, v):
    s, t = sorted((u, v))
    (a_t, _, c_t), (a_s, _, c_s) = path.at(t), path.at(s)
    gain = a_t / a_s
    added = c_t**2 - gain**2 * c_s**2
    slope = gain * c_s**2 / c_t**2  # of E[x_s | x_t, x0] in x_t
    rho = path.mean(*torch.zeros(3, 1), s, path.kappa(t, s, "ancestral"))[1]
    assert path.kappa(t, s, "ancestral") / c_t == pytest.approx(slope, rel=1e-9)
    assert rho**2 == pytest.approx(c_s**2 * added / c_t**2, rel=1e-6, abs=1e-14)


def test_the_ratio_kernel_is_refused_where_noise_grows_again():
    with pytest.raises(OptionError, match="noise that falls"):
        i2sb().kappa(0.8, 0.5, "ratio")


@pytest.mark.parametrize("kernel", ["ode", "ancestral", "ratio", "zero"])
def test_every_kernel_keeps_the_marginals(path, kernel):
    t, s = (0.8, 0.5) if not path.bridge else (0.3, 0.1)
    kappa = path.kappa(t, s, kernel)
    x0, mu, eps = (
        torch.tensor([[2.0], [0.0], [0.0]]),
        torch.tensor([[0.0], [3.0], [0.0]]),
        torch.eye(3)[2:].T,
    )
    mean, rho = path.mean(x0, eps, mu, s, kappa)
    a, b, c = path.at(s)
    np.testing.assert_allclose(mean[:2, 0], [2 * a, 3 * b], rtol=1e-6)
    assert float(mean[2, 0]) ** 2 + rho**2 == pytest.approx(c**2, rel=1e-6)


def test_a_path_of_three_curves_is_enough():
    # a, b, c alone: everything else is found numerically
    bare = Path(name="bare", a=lambda t: 1 - 0.5 * t, b=lambda t: 0.5 * t, c=lambda t: 0.2 * t)
    t = np.array([0.2, 0.7])
    np.testing.assert_allclose(bare.rates(t), [[-0.5] * 2, [0.5] * 2, [0.2] * 2], atol=1e-10)
    exact = 2 * (0.04 * t + 0.04 * t**2 * 0.5 / (1 - 0.5 * t))
    np.testing.assert_allclose(bare.diffusion2(t), exact, rtol=1e-9)


def test_one_sided_derivatives_hold_at_the_ends():
    slope = derivative(lambda t: np.exp(np.asarray(t)))
    np.testing.assert_allclose(slope(np.array([0.0, 1.0])), [1.0, np.e], rtol=1e-7)


def test_the_excess_kernel_belongs_to_the_denoising_sde():
    with pytest.raises(OptionError, match="denoising-sde"):
        irsde().kappa(0.5, 0.4, "excess")


def test_a_network_gets_whole_times_on_a_grid():
    assert [irsde().network_time(k / 100) for k in (1, 57, 100)] == [1.0, 57.0, 100.0]
    assert vp().network_time(0.25) == 250.0
