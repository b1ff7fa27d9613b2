"""On bridges the solvers are DBIM's (Zheng et al., ICLR 2025, arXiv 2405.15885), in its letters.

x_t = a x_T + b x0 + c ε; SNR = α²/σ² of the process that is bridged, λ = log(b/c).
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import torch

from restorebench.paths.bridges import bbdm, ddbm_vp
from restorebench.paths.diffusion import vp
from restorebench.paths.heads import DATA
from restorebench.solvers.multistep import multistep
from restorebench.solvers.onestep import ddim

TIMES = np.array([1.0, 0.97, 0.8, 0.52, 0.31, 0.11, 0.02])
X_T, Z = torch.rand(2, 1, 3, 4, 4, dtype=torch.float64, generator=torch.Generator().manual_seed(0))


def says(x, t):
    return torch.tanh(0.7 * x + 0.3 * X_T + np.sin(5 * t))


def run(solver, path, **options):
    def predict(x, t):
        return DATA.split(path, says(x, t), x, X_T, t)

    return solver(path, predict, X_T, X_T, TIMES, lambda step, like: Z, **options)


def letters(path, t):
    """a, b, c and λ as DBIM has them."""
    b, a, c = path.at(t)
    return a, b, c, np.log(b / c)


def derivatives(order, seen):
    """x̂0' and x̂0'' in λ from the last (λ, x̂0), newest first: their Algorithm 3."""
    if order == 1 or len(seen) == 1:
        return 0.0, 0.0
    (l0, q0), (l1, q1) = seen[:2]
    h1, d1 = l0 - l1, (q0 - q1) / (l0 - l1)
    if order == 2 or len(seen) == 2:
        return d1, 0.0
    l2, q2 = seen[2]
    h2, d2 = l1 - l2, (q1 - q2) / (l1 - l2)
    return (d1 * (2 * h1 + h2) - d2 * h1) / (h1 + h2), 2 * (d1 - d2) / (h1 + h2)


def booted(path):
    """After the booting noise, the first step of every DBIM."""
    a, b, c, _ = letters(path, TIMES[1])
    return a * X_T + b * says(X_T, 1.0) + c * Z


@pytest.mark.parametrize("order", [1, 2, 3])
@pytest.mark.parametrize("path", [ddbm_vp(), bbdm()], ids=lambda path: path.name)
def test_high_order(path, order):
    x, seen = booted(path), []
    for s, t in pairwise(TIMES[1:]):
        (a_s, _, c_s, l_s), (a_t, _, c_t, l_t) = letters(path, s), letters(path, t)
        h, q = l_t - l_s, says(x, s)
        seen.insert(0, (l_s, q))
        first, second = derivatives(order, seen)
        integral = (1 - np.exp(-h)) * q + (h - 1 + np.exp(-h)) * first
        integral = integral + (h**2 / 2 - h + 1 - np.exp(-h)) * second
        x = c_t / c_s * x + (a_t - c_t / c_s * a_s) * X_T + c_t * np.exp(l_t) * integral
    torch.testing.assert_close(run(multistep, path, order=order), x, atol=1e-12, rtol=0)


@pytest.mark.parametrize("eta", [0.0, 0.6, 1.0])
def test_first_order_with_noise(eta):
    base, path = vp(0.1, 2.1), ddbm_vp()
    x = booted(path)
    for s, t in pairwise(TIMES[1:]):
        (a_s, b_s, c_s, _), (a_t, b_t, c_t, _) = letters(path, s), letters(path, t)
        kept = (base.sigma(t) / base.sigma(s)) ** 2  # SNR_s/SNR_t
        q, rho = says(x, s), eta * float(base.c(t) * np.sqrt(1 - kept))
        eps = (x - a_s * X_T - b_s * q) / c_s
        x = a_t * X_T + b_t * q + np.sqrt(c_t**2 - rho**2) * eps + rho * Z
    torch.testing.assert_close(run(ddim, path, eta=eta), x, atol=1e-12, rtol=0)
