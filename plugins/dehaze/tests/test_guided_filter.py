"""The guided filter equals a direct least-squares fit in every window."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from restorebench_dehaze.guided_filter import guided_filter

Plane = NDArray[np.float64]
RNG = np.random.default_rng(0)
GUIDE, P = RNG.random((3, 6, 8)), RNG.random((6, 8))


def window(i: int, j: int, radius: int) -> tuple[slice, slice]:
    return slice(max(i - radius, 0), i + radius + 1), slice(max(j - radius, 0), j + radius + 1)


def ridge(I: Plane, p: Plane, eps: float) -> Plane:  # noqa: E741
    """The (a, b) that minimise mean (aᵀI + b − p)² + eps·|a|², by an augmented least squares."""
    n = p.size
    rows = np.column_stack([I.reshape(3, -1).T, np.ones(n)])
    penalty = np.sqrt(eps * n) * np.eye(3, 4)
    solution: Plane = np.linalg.lstsq(
        np.vstack([rows, penalty]), np.concatenate([p.ravel(), np.zeros(3)]), rcond=None
    )[0]
    return solution


def by_brute_force(guide: Plane, p: Plane, radius: int, eps: float) -> Plane:
    """Fit every window, then average over the windows that hold each pixel."""
    fits = np.empty((4, *p.shape))
    for i, j in np.ndindex(p.shape):
        w = window(i, j, radius)
        fits[:, i, j] = ridge(guide[:, *w], p[w], eps)
    q = np.empty_like(p)
    for i, j in np.ndindex(p.shape):
        a_b = fits[:, *window(i, j, radius)].mean(axis=(1, 2))
        q[i, j] = a_b[:3] @ guide[:, i, j] + a_b[3]
    return q


@pytest.mark.parametrize(("radius", "eps"), [(1, 1e-3), (2, 1e-2), (2, 1.0), (20, 1e-3)])
def test_it_is_a_ridge_regression_in_every_window(radius: int, eps: float) -> None:
    expected = by_brute_force(GUIDE, P, radius, eps)
    np.testing.assert_allclose(guided_filter(GUIDE, P, radius, eps), expected, atol=1e-9)


@pytest.mark.parametrize("strip", [1, 100, 350])
def test_working_in_strips_changes_nothing(strip: int) -> None:
    guide, p = RNG.random((3, 40, 33)), RNG.random((40, 33))
    whole = guided_filter(guide, p, 3, 1e-3)
    np.testing.assert_allclose(guided_filter(guide, p, 3, 1e-3, strip=strip), whole, atol=1e-9)


def test_what_is_linear_in_the_guide_passes_unchanged() -> None:
    p = 0.5 * GUIDE[0] - 0.2 * GUIDE[1] + 0.1 * GUIDE[2] + 0.3
    np.testing.assert_allclose(guided_filter(GUIDE, p, 3, 1e-9), p, atol=1e-6)


def test_a_flat_guide_makes_it_a_mean_of_means() -> None:
    flat = guided_filter(np.full((3, 6, 8), 0.4), P, 20, 1e-3)
    np.testing.assert_allclose(flat, P.mean(), atol=1e-9)
