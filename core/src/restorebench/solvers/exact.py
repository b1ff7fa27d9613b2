"""Exact checks of a solver: the distribution it makes where the true score is known.

For Gaussian data every solver is affine in the starting point and in its noises, so that mean and
variance of its samples follow exactly from a handful of runs, without Monte Carlo; for mixtures a
deterministic solver's samples are a monotone map of the prior's quantiles.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from restorebench.paths.curves import Reals
from restorebench.paths.heads import Predict
from restorebench.paths.path import Path
from restorebench.solvers.march import Solver


def gaussian(path: Path, mean: float, std: float, mu: float = 0.0) -> Predict:
    """E[x0 | x_t] and the ε̂ that belongs to it, for x0 ~ N(`mean`, `std`²) in every pixel."""
    return mixture(path, [mean], std, mu)


def mixture(path: Path, means: Sequence[float], std: float, mu: float = 0.0) -> Predict:
    """The same for equal shares of normal components of one `std` in every pixel."""

    def predict(x: Tensor, t: float) -> tuple[Tensor, Tensor]:
        a, b, c = path.at(t)
        centres = torch.tensor(means, dtype=x.dtype)
        variance = a**2 * std**2 + c**2 or 1.0  # 0 at a bridge's end, where x says nothing
        off = (x - b * mu).unsqueeze(-1) - a * centres
        weights = torch.softmax(-(off**2) / (2 * variance), -1)
        x0 = (weights * (centres + a * std**2 / variance * off)).sum(-1)
        return x0, (x - a * x0 - b * mu) / c if c > 0 else torch.zeros_like(x)

    return predict


def propagated(
    solver: Solver, path: Path, times: Reals, mean: float, std: float, mu: float = 0.0
) -> tuple[float, float]:
    """Mean and standard deviation of x_0 as `solver` makes it from where `path` starts.

    One batch: pixel 0 starts at 0 without noise, pixel 1 at 1, and pixel 2 + i has unit noise in
    step i alone; their ends are the coefficients of the affine map.
    """
    n = len(times) - 1
    x = torch.zeros(n + 2, dtype=torch.float64)
    x[1] = 1.0

    def noise(step: int, like: Tensor) -> Tensor:
        unit = torch.zeros_like(like)
        unit[2 + step] = 1.0
        return unit

    where = torch.full_like(x, mu)
    ends = solver(path, gaussian(path, mean, std, mu), x, where, times, noise).numpy()
    start, spread = beginning(path, float(times[0]), mean, std, mu)
    gains = np.append((ends[1] - ends[0]) * spread, ends[2:] - ends[0])
    return float(ends[0] + (ends[1] - ends[0]) * start), float(np.sqrt(np.sum(gains**2)))


def beginning(path: Path, t: float, mean: float, std: float, mu: float) -> tuple[float, float]:
    """Mean and standard deviation of the starting point: the prior's, or the noisy input's."""
    a, b, c = path.at(t)
    if path.starts == "input":
        return a * mean + b * mu, float(np.hypot(a * std, c))
    return (a + b) * mu, c


def wasserstein(
    solver: Solver, path: Path, times: Reals, mean: float, std: float, mu: float = 0.0
) -> float:
    """W₂ between the samples' normal law and the data's, in units of `std`."""
    m, s = propagated(solver, path, times, mean, std, mu)
    return float(np.hypot(m - mean, s - std) / std)


def enough(errors: Sequence[float], counts: Sequence[int], bound: float) -> int | None:
    """The first of `counts` from which on all `errors` stay within `bound`; None if none does."""
    good = [error <= bound for error in errors]
    left = [n for n, from_here in zip(counts, range(len(good)), strict=True) if all(good[from_here:])]
    return left[0] if left else None
