"""Time grids: n + 1 falling times from `t_max` to 0, for n steps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TypeAlias

import numpy as np

from restorebench.errors import OptionError
from restorebench.paths.curves import Reals
from restorebench.paths.path import Path
from restorebench.solvers.stepping import LOWEST

Grid: TypeAlias = Callable[[Path, int], Reals]

FIRST_LAMBDA = -3.0
"""λ after the first step from where λ < `stepping.LOWEST`: σ = 20 in units of the image."""


def reference(path: Path, n: int, t_max: float = 1.0) -> Reals:
    """t = k/T at whole k: all T of them, or n that are equally spaced and rounded down to one.

    The second as in published few-step baselines (int(linspace(1, T, n)); Luo et al.'s own loop has
    n = T). The last step goes to 0.
    """
    T = _whole_times(path, n, "reference")
    top = int(np.rint(t_max * T))
    k = np.unique(np.linspace(1, top, min(n, top)).astype(int))[::-1]
    if len(k) < n:
        msg = f"reference grid: {n} steps, but {path.name!r} has only {top} whole times there"
        raise OptionError(msg)
    return np.append(k[-n:] if n > 1 else np.array([top]), 0) / T


def trailing(path: Path, n: int, t_max: float = 1.0) -> Reals:
    """t = round(T t_max − i T t_max/n)/T: whole times that include the first.

    Lin et al., WACV 2024 (arXiv 2305.08891, §3.3), with the last step to 0.
    """
    T = _whole_times(path, n, "trailing")
    return np.rint(T * uniform_t(path, n, t_max)) / T


def uniform_t(path: Path, n: int, t_max: float = 1.0) -> Reals:
    """Equal steps in t."""
    _check_steps(n)
    return np.linspace(t_max, 0.0, n + 1)


def uniform_lambda(path: Path, n: int, t_max: float = 1.0, t_min: float | None = None) -> Reals:
    """Equal steps in λ from λ(t_max) to λ(t_min), by default `path.t_min`, then 0.

    Lu et al., NeurIPS 2022 (arXiv 2206.00927, §3.3). From λ(t_max) < −6, as at the end of a bridge
    or a flow, where it is −∞, the first step goes to λ = −3, and the equal ones start there.
    """
    return _between(path, n, t_max, t_min, lambda low, high, k: np.linspace(low, high, k))


def karras(
    path: Path, n: int, t_max: float = 1.0, t_min: float | None = None, rho: float = 7.0
) -> Reals:
    """σ^{1/ρ} in equal steps from σ(t_max) to σ(t_min), then 0 (Karras et al., eq. 5).

    NeurIPS 2022, arXiv 2206.00364, ρ = 7. A σ beyond e⁶ is treated as in `uniform_lambda`.
    """

    def spacing(low: float, high: float, k: int) -> Reals:
        roots = np.linspace(np.exp(-low / rho), np.exp(-high / rho), k)
        lam: Reals = -rho * np.log(roots)
        return lam

    return _between(path, n, t_max, t_min, spacing)


GRIDS: Mapping[str, Grid] = MappingProxyType(
    {
        "reference": reference,
        "uniform-t": uniform_t,
        "uniform-lambda": uniform_lambda,
        "karras": karras,
        "trailing": trailing,
    }
)


def grid(name: str) -> Grid:
    """The grid of that name; `OptionError` for an unknown one."""
    if name not in GRIDS:
        msg = f"unknown time grid {name!r}; there are {', '.join(GRIDS)}"
        raise OptionError(msg)
    return GRIDS[name]


def _between(
    path: Path,
    n: int,
    t_max: float,
    t_min: float | None,
    spacing: Callable[[float, float, int], Reals],
) -> Reals:
    _check_steps(n)
    t_min = path.t_min if t_min is None else t_min
    _check_lambda(path, t_max, t_min)
    low, high = (float(path.lam(t)) for t in (t_max, t_min))
    first = [] if low > LOWEST else [t_max]
    inner = n - len(first)
    if first:
        low = min(FIRST_LAMBDA, high - 1)
    if inner <= 1:
        nodes = np.array([t_max if not first else float(path.time_of_lam(low))] * inner)
    else:
        nodes = np.asarray(path.time_of_lam(spacing(low, high, inner)))
        nodes[-1] = t_min
    if inner and not first:
        nodes[0] = t_max
    return np.concatenate([first, nodes, [0.0]])


def _check_lambda(path: Path, t_max: float, t_min: float) -> None:
    lam = np.asarray(path.lam(np.linspace(t_min, t_max, 201)))
    if not 0 < t_min < t_max or not (np.diff(lam) < 0).all():
        msg = (
            f"λ of {path.name!r} does not fall all the way from t = {t_min:g} to {t_max:g}; "
            "a grid in λ needs that; take one in t (uniform-t, trailing, reference)"
        )
        raise OptionError(msg)


def _check_steps(n: int) -> None:
    if n < 1:
        msg = f"a grid of {n} steps; expected 1 or more"
        raise OptionError(msg)


def _whole_times(path: Path, n: int, name: str) -> int:
    _check_steps(n)
    if path.steps is None:
        msg = f"the grid {name!r} is of whole times, and {path.name!r} has none; take uniform-t"
        raise OptionError(msg)
    if n > path.steps:
        msg = f"{n} steps on the {path.steps} whole times of {path.name!r}; take uniform-t"
        raise OptionError(msg)
    return path.steps
