"""Closed forms to test solvers with: posteriors of Gaussians and mixtures, and what they give.

For Gaussian data every solver is affine in the starting point and in its noises, so that mean and
variance of its samples follow exactly from a handful of runs, without Monte Carlo; for mixtures a
deterministic solver's samples are a monotone map of the prior's quantiles, and any solver's are
drawn in pairs of opposite noise.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from scipy.special import ndtr, ndtri
from torch import Tensor

from restorebench.paths.curves import Reals
from restorebench.paths.heads import Head, Predict
from restorebench.paths.path import Path
from restorebench.solvers.stepping import Solver


def gaussian(path: Path, mean: float, std: float, mu: float = 0.0) -> Predict:
    """E[x0 | x_t] and the ε̂ that belongs to it, for x0 ~ N(`mean`, `std`²) in every pixel."""
    return mixture(path, [mean], std, mu)


def mixture(path: Path, means: Sequence[float], std: float, mu: float = 0.0) -> Predict:
    """The same for equal shares of normal components of one `std` in every pixel."""

    def predict(x: Tensor, t: float) -> tuple[Tensor, Tensor]:
        a, b, c = path.at(t)
        centres = torch.tensor(means, dtype=x.dtype)
        variance = a**2 * std**2 + c**2 or 1.0  # 0 at a bridge's end, where x does not depend on x0
        off = (x - b * mu).unsqueeze(-1) - a * centres
        weights = torch.softmax(-(off**2) / (2 * variance), -1)
        x0 = (weights * (centres + a * std**2 / variance * off)).sum(-1)
        return x0, (x - a * x0 - b * mu) / c if c > 0 else torch.zeros_like(x)

    return predict


def reread(
    path: Path, predict: Predict, trained_head: Head, used_head: Head, mu: float = 0.0
) -> Predict:
    """A perfect network trained with `trained_head`, whose output is read by `used_head`."""

    def again(x: Tensor, t: float) -> tuple[Tensor, Tensor]:
        x0, eps = predict(x, t)
        where = torch.full_like(x, mu)
        return used_head.split(path, trained_head.target(path, x0, where, eps, t), x, where, t)

    return again


def propagated(
    solver: Solver,
    path: Path,
    times: Reals,
    mean: float,
    std: float,
    mu: float = 0.0,
    predict: Predict | None = None,
) -> tuple[float, float]:
    """Mean and standard deviation of x_0 as `solver` makes it from where `path` starts.

    One batch: pixel 0 starts at 0 without noise, pixel 1 at 1, and pixel 2 + i has unit noise in
    step i alone; their ends are the coefficients of the affine map. `predict` replaces the exact
    estimate of N(`mean`, `std`²), and is to be affine in x too.
    """
    n = len(times) - 1
    x = torch.zeros(n + 2, dtype=torch.float64)
    x[1] = 1.0

    def noise(step: int, like: Tensor) -> Tensor:
        unit = torch.zeros_like(like)
        unit[2 + step] = 1.0
        return unit

    known = predict or gaussian(path, mean, std, mu)
    ends = solver(path, known, x, torch.full_like(x, mu), times, noise).numpy()
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
    solver: Solver,
    path: Path,
    times: Reals,
    mean: float,
    std: float,
    mu: float = 0.0,
    predict: Predict | None = None,
) -> float:
    """W₂ between the samples' normal law and the data's, in units of `std`."""
    m, s = propagated(solver, path, times, mean, std, mu, predict)
    return float(np.hypot(m - mean, s - std) / std)


def mixture_error(
    solver: Solver, path: Path, times: Reals, means: Sequence[float], std: float, count: int = 2001
) -> float:
    """W₁ of a deterministic solver's samples, from `count` quantiles, to a mixture, over `std`."""
    levels = (np.arange(count) + 0.5) / count
    x = path.at(float(times[0]))[2] * torch.from_numpy(ndtri(levels))
    ends = solver(path, mixture(path, means, std), x, torch.zeros_like(x), times, None)
    return quantile_distance(np.sort(ends.numpy()), means, std)


def sampled_error(
    solver: Solver, path: Path, times: Reals, means: Sequence[float], std: float, pairs: int = 500
) -> float:
    """W₁ of any solver's samples to a mixture that is symmetric about 0, over `std`.

    Each sample has a partner with all of its noise negated, so that both modes get equal shares;
    what chance leaves is about 2/√`pairs`.
    """
    generator = torch.Generator().manual_seed(0)

    def noise(step: int, like: Tensor) -> Tensor:
        half = torch.randn(pairs, generator=generator, dtype=torch.float64)
        return torch.cat([half, -half])

    z = noise(-1, torch.zeros(0))
    x0 = torch.tensor(means, dtype=torch.float64)[torch.arange(pairs) % len(means)]
    x0 = torch.cat([x0, -x0]) + std * noise(-1, z)
    a, _, c = path.at(float(times[0]))
    x = c * z + (a * x0 if path.starts == "input" else 0)
    ends = solver(path, mixture(path, means, std), x, torch.zeros_like(x), times, noise)
    return quantile_distance(np.sort(ends.numpy()), means, std)


def quantile_distance(samples: Reals, means: Sequence[float], std: float) -> float:
    """W₁ between sorted samples and the mixture, in units of `std`."""
    levels = (np.arange(len(samples)) + 0.5) / len(samples)
    line = np.linspace(min(means) - 8 * std, max(means) + 8 * std, 20001)
    below = np.mean([ndtr((line - mean) / std) for mean in means], axis=0)
    return float(np.abs(samples - np.interp(levels, below, line)).mean() / std)


def enough(errors: Sequence[float], counts: Sequence[int], bound: float) -> int | None:
    """The first of `counts` from which on all `errors` stay within `bound`; None if none does."""
    within = [max(errors[i:]) <= bound for i in range(len(errors))]
    return counts[within.index(True)] if True in within else None
