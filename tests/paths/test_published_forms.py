"""The closed forms that papers print, recovered from one definition."""

from __future__ import annotations

import numpy as np
import pytest

from restorebench.errors import OptionError
from restorebench.paths.bridges import bbdm, ddbm_ve, ddbm_vp, goub, i2sb, unidb
from restorebench.paths.diffusion import vp
from restorebench.paths.flow import rectified_flow
from restorebench.paths.irsde import irsde
from restorebench.paths.pin import pin
from restorebench.paths.shift import rddm, resshift
from restorebench.solvers import mr_sampler

T = np.arange(101) / 100


def abc(path, t=T):
    return np.array([path.a(t), path.b(t), path.c(t)])


def ou(t=T, max_sigma=30):
    """Θ, Θ(1), λ of IR-SDE."""
    path = irsde(max_sigma=max_sigma)
    return -np.log(path.a(t)), -np.log(float(path.a(1.0))), max_sigma / 255


def test_goub_is_the_pinned_mean_reverting_process():
    # Yue et al., ICML 2024, §3
    Theta, end, lam = ou()
    v_t = lam**2 * -np.expm1(-2 * Theta)
    v_tT, v_T = lam**2 * -np.expm1(-2 * (end - Theta)), lam**2 * -np.expm1(-2 * end)
    m = np.exp(-Theta) * v_tT / v_T
    np.testing.assert_allclose(abc(goub()), [m, 1 - m, np.sqrt(v_t * v_tT / v_T)], atol=1e-12)


@pytest.mark.parametrize("gamma", [1e1, 1e3, 1e6])
def test_unidb_is_the_optimally_steered_one(gamma):
    # Zhu et al., ICML 2025, Theorem 4.1, with the variance that belongs to it
    Theta, end, lam = ou()
    v = 1 / gamma
    S_T, S_tT = lam**2 * -np.expm1(-2 * end), lam**2 * -np.expm1(-2 * (end - Theta))
    a = np.exp(-Theta) * (v + S_tT) / (v + S_T)
    c = lam * np.sqrt(-np.expm1(-2 * Theta) * (v + S_tT) / (v + S_T))
    np.testing.assert_allclose(abc(unidb(gamma)), [a, 1 - a, c], atol=1e-12)


def test_unidb_goes_from_irsde_to_goub():
    np.testing.assert_allclose(abc(unidb(1e-14)), abc(irsde(max_sigma=30)), atol=1e-13)
    np.testing.assert_allclose(abc(unidb(1e14)), abc(goub()), atol=1e-6)


def test_unidb_as_released_has_goubs_variance():
    released, exact = unidb(1e2, variance="released"), unidb(1e2)
    np.testing.assert_allclose(released.c(T), goub().c(T))
    np.testing.assert_allclose(released.a(T), exact.a(T))
    assert np.abs(released.c(T) - exact.c(T)).max() == pytest.approx(0.076, abs=0.005)


def test_ddbm_vp():
    # Zhou et al., ICLR 2024, eq. 8, ρ = σ/α
    base = vp(0.1, 2.1)  # β_d = 2
    alpha, rho2 = base.a(T), np.square(base.sigma(T))
    alpha_T, rho2_T = float(base.a(1.0)), float(base.sigma(1.0)) ** 2
    share = rho2 / rho2_T
    c = alpha * np.sqrt(rho2 * np.maximum(1 - share, 0))
    forms = [alpha * (1 - share), alpha / alpha_T * share, c]
    np.testing.assert_allclose(abc(ddbm_vp()), forms, atol=1e-12)


def test_ddbm_ve():
    rho = T**2
    forms = [1 - rho, rho, 0.7 * np.sqrt(rho * (1 - rho))]
    np.testing.assert_allclose(abc(ddbm_ve(0.7)), forms, atol=1e-12)


def test_i2sb_is_pinned_ve():
    # Liu et al., ICML 2023, eq. 11, σ² and σ̄² by integrating β numerically; β is the first half
    # of the authors' linspace(√1e-4, √3e-4, 1000)² per step of 1/1000, and its mirror image
    t = np.linspace(0, 1, 20001)
    low, high = 0.1**0.5, 0.3**0.5
    beta = (low + (high - low) * np.minimum(t, 1 - t)) ** 2
    forward = np.append(0, np.cumsum((beta[1:] + beta[:-1]) / 2 * np.diff(t)))
    back = forward[-1] - forward
    forms = np.array([back, forward, np.sqrt(forward * back * forward[-1])]) / forward[-1]
    np.testing.assert_allclose(abc(i2sb(), t), forms, atol=1e-8)


def test_bbdm_is_a_brownian_bridge():
    np.testing.assert_allclose(abc(bbdm(0.5)), [1 - T, T, np.sqrt(T * (1 - T))], atol=1e-12)


def test_resshift_kernel_and_schedule():
    # Yue et al., NeurIPS 2023, the posterior: variance κ² η_s/η_t α_t, slope η_s/η_t
    path = resshift()
    t, s = 9 / 15, 8 / 15
    eta_t, eta_s = float(path.b(t)), float(path.b(s))
    kappa = path.kappa(t, s)
    assert kappa / float(path.c(t)) == pytest.approx(eta_s / eta_t)
    assert float(path.c(s)) ** 2 - kappa**2 == pytest.approx(eta_s / eta_t * (eta_t - eta_s))
    assert float(resshift(min_noise_level=0.1).b(1 / 15)) == pytest.approx(0.001)  # at most


def test_resshift_is_the_authors_in_images_of_half_the_range():
    # their code: √η_t = √η_1 (0.99/√η_1)^(i/14)^0.3, √η_1 = 0.04/κ, κ = 2, images in [−1, 1]
    t, progress = np.arange(1, 16) / 15, (np.arange(15) / 14) ** 0.3
    roots = 0.02 * (0.99 / 0.02) ** progress
    np.testing.assert_allclose(resshift().b(t), roots**2, rtol=1e-12)
    np.testing.assert_allclose(resshift().c(t), roots, rtol=1e-12)  # κ = 1


def test_rddm_sums_its_coefficients():
    # Liu et al., CVPR 2024, §3: with α_t ∝ T − t and β_t² ∝ t
    n = 1000
    t = np.arange(1, n + 1) / n
    alpha, beta2 = (1 - t) + 0.5 / n, t - 0.5 / n
    forms = np.cumsum(alpha) / alpha.sum(), np.sqrt(np.cumsum(beta2) / beta2.sum()) * 0.05
    np.testing.assert_allclose(rddm().b(t), forms[0], atol=1e-12)
    np.testing.assert_allclose(rddm().c(t), forms[1], atol=1e-12)


def test_pinning_leaves_the_noise_of_the_process_alone():
    assert np.array_equal(goub().diffusion2(T[1:]), irsde(max_sigma=30).diffusion2(T[1:]))


def test_what_cannot_be_pinned_is_refused():
    for path in (goub(), mr_sampler.path(), rectified_flow()):
        with pytest.raises(OptionError, match="pin"):
            pin(path, 0.0)
