"""MR-Sampler as published, for comparison: its table, its time schedules, its order of each step.

Li et al., "MR-Sampler", ICLR 2025 (arXiv 2502.07856) and the authors' code. The solvers themselves
are those of `multistep`.
"""

from __future__ import annotations

import numpy as np
import torch

from restorebench.errors import OptionError
from restorebench.paths.curves import Nodes, Reals
from restorebench.paths.irsde import CITATION
from restorebench.paths.irsde_tables import tables
from restorebench.paths.path import Path
from restorebench.paths.schedules import Schedule, noise_level

SCHEDULES = ("linspace", "leading", "trailing", "karras-n", "karras-t", "linear-lambda")


def path(
    schedule: Schedule = "cosine", T: int = 100, max_sigma: float = 50.0, eps: float = 0.005
) -> Path:
    """IR-SDE by their table: θ_0 is kept, so that c(0) > 0.

    a, c and λ are interpolated one by one, which makes λ ≠ log(a/c) between the nodes.
    """
    _, Theta, dt = tables(schedule, T, eps, keep_theta_0=True)
    alpha = torch.exp(-Theta * dt)
    sigma = torch.sqrt(noise_level(max_sigma) ** 2 * (1 - torch.exp(-2 * Theta * dt)))
    log_snr = torch.log(alpha) - torch.log(sigma)
    a, c, lam = (Nodes(table.double().numpy()) for table in (alpha, sigma, log_snr))
    return Path(
        name="irsde",
        a=a,
        b=lambda t: 1 - a(t),
        c=c,
        da=a.rate,
        db=lambda t: -a.rate(t),
        dc=c.rate,
        steps=T,
        log_snr=lam,
        formulas=("e^−Θ", "1 − e^−Θ", "λ √(1 − e^−2Θ)"),
        citation=CITATION,
    )


def times(path: Path, schedule: str, n: int, rho: float = 7.0) -> Reals:
    """n + 1 times, as k/T with k not whole; "leading" starts below 1, "trailing" ends above 0."""
    if schedule not in SCHEDULES or path.steps is None:
        msg = f"MR-Sampler schedule {schedule!r} on {path.name!r}; there are {', '.join(SCHEDULES)}"
        raise OptionError(msg)
    T = path.steps
    if schedule == "linspace":
        k = np.linspace(float(T), 0.0, n + 1)
    elif schedule == "leading":
        k = np.arange(n, -1, -1, dtype=np.float64) * (T // (n + 1))
    elif schedule == "trailing":
        k = T - np.arange(n + 1) * T / (n + 1)
    elif schedule == "karras-t":
        k = _karras(float(T), 1.0, n, rho)
    else:
        return _in_lambda(path, schedule, n, rho)
    return k / T


def _in_lambda(path: Path, schedule: str, n: int, rho: float) -> Reals:
    nodes = np.linspace(0.0, 1.0, (path.steps or 1) + 1)
    lam = np.asarray(path.lam(nodes))
    if schedule == "karras-n":  # linear in σ between the nodes, unlike the other
        level = np.asarray(path.c(nodes)) / np.asarray(path.a(nodes))
        levels = _karras(float(level[-1]), float(level[0]), n, rho)
        found: Reals = np.interp(levels, level, nodes)
        return found
    return np.interp(-np.linspace(lam[-1], lam[0], n + 1), -lam, nodes)


def _karras(high: float, low: float, n: int, rho: float) -> Reals:
    share = torch.linspace(0, 1, n + 1)  # float32, as theirs
    roots = high ** (1 / rho) + share * (low ** (1 / rho) - high ** (1 / rho))
    values: Reals = (roots**rho).double().numpy()
    return values


def orders(order: int, n: int) -> list[int]:
    """The order of each of n steps: the last full; below n = 10 those before it fall to 1."""
    rising = [min(order, i) for i in range(1, n + 1)]
    if n >= 10:
        return rising
    return [*(min(k, max(n - i, 1)) for i, k in enumerate(rising[:-1], 1)), order]
