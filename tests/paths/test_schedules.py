"""θ schedules and their integrals, against the IR-SDE authors' tables."""

from __future__ import annotations

import numpy as np
import pytest

from restorebench.errors import OptionError
from restorebench.paths.irsde import irsde
from restorebench.paths.irsde_tables import tables
from restorebench.paths.schedules import integrated, thetas

CASES = [("cosine", T) for T in (10, 25, 50, 100, 1000)] + [("linear", 100), ("constant", 100)]


def prefix(schedule, T, *rest):
    return ".".join([schedule, f"T{T}", *rest]) + "."


def own(schedule, T):
    return prefix(schedule, T) if T == 100 else prefix(schedule, T, "eps0.005", "s50")


@pytest.mark.parametrize(("schedule", "T"), CASES)
def test_the_reference_tables_are_the_authors_bit_for_bit(vectors, schedule, T):
    published, table = vectors("irsde_schedules"), tables(schedule, T, 0.005)
    where = own(schedule, T)
    assert np.array_equal(table.theta, published[where + "thetas"])
    assert np.array_equal(table.Theta, published[where + "thetas_cumsum"])


@pytest.mark.parametrize(("schedule", "T"), CASES)
def test_reference_compat_has_the_authors_marginal_spread(vectors, schedule, T):
    path = irsde(schedule, T, 50.0, 0.005, reference_compat=True)
    published = vectors("irsde_schedules")[prefix(schedule, T, "eps0.005", "s50") + "sigma_bars"]
    assert np.array_equal(np.float32(path.c(np.arange(T + 1) / T)), published)


def test_the_noise_of_the_process_and_of_its_posterior(vectors):
    # dt is theirs, a unit of time for each step; optimum_std[i] is of t = i + 1
    published, where = vectors("irsde_schedules"), prefix("cosine", 100, "eps0.005", "s50")
    for path in (irsde(), irsde(reference_compat=True)):
        g2 = path.diffusion2(np.arange(1, 101) / 100) / 100
        sigma2 = np.square(published[where + "sigmas"][1:]) * published["cosine.T100.eps0.005.dt"]
        np.testing.assert_allclose(np.sqrt(g2), np.sqrt(sigma2), atol=1e-6)
        steps = [(k / 100, (k - 1) / 100) for k in range(1, 101)]
        std = [np.sqrt(path.c(s) ** 2 - path.kappa(t, s) ** 2) for t, s in steps]
        np.testing.assert_allclose(std, published[where + "optimum_std"], atol=1e-6)


@pytest.mark.parametrize("schedule", ["cosine", "linear", "constant"])
@pytest.mark.parametrize("eps", [0.005, 0.01])
@pytest.mark.parametrize("sigma", [10, 50])
def test_the_float64_path_is_within_their_rounding(vectors, schedule, eps, sigma):
    key = prefix(schedule, 100, f"eps{eps}", f"s{sigma}") + "sigma_bars"
    c = irsde(schedule, 100, sigma, eps).c(np.arange(101) / 100)
    assert np.abs(c - vectors("irsde_schedules")[key]).max() < 1e-6


def test_theta_loses_digits_in_float32_that_float64_keeps(vectors):
    published = vectors("irsde_schedules")["cosine.T100.thetas"]
    relative = np.abs(published[:3] / thetas("cosine", 100)[:3] - 1)
    assert 1e-6 < relative.max() < 1e-3


def test_eps_is_what_is_left_of_the_residual_at_the_end():
    Theta = integrated(thetas("linear", 40), 0.02)
    assert Theta[0] == 0
    assert np.exp(-Theta[-1]) == pytest.approx(0.02, rel=1e-12)


@pytest.mark.parametrize(
    "options", [{"schedule": "cubic"}, {"T": 0}, {"eps": 1.5}, {"max_sigma": 0}]
)
def test_impossible_options_are_refused(options):
    with pytest.raises(OptionError, match=r"expected|there are|share"):
        irsde(**options)
