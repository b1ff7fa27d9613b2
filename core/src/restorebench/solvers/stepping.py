"""What the solvers share: the noise's type, checked strides, and the first step of a bridge."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import NamedTuple, Protocol, TypeAlias

import numpy as np
from torch import Tensor

from restorebench.errors import OptionError
from restorebench.paths.curves import Reals
from restorebench.paths.heads import Predict
from restorebench.paths.path import Kernel, Path

Noise: TypeAlias = Callable[[int, Tensor], Tensor]
"""(step, a tensor like the state) to standard normal noise; see `noise.PixelNoise`."""

Callback: TypeAlias = Callable[[int, float, Tensor, Tensor], None]
"""Told (step, s, x_s, x̂0) after each step: for progress and for strips of the trajectory."""


LOWEST = -6.0
"""λ below which nothing of x0 can be seen, σ = e⁶; it is −∞ at the end of a bridge or a flow."""


class Solver(Protocol):
    """The signature that all solvers share; their own options are keywords behind it."""

    def __call__(
        self,
        path: Path,
        predict: Predict,
        x: Tensor,
        mu: Tensor,
        times: Reals,
        noise: Noise | None,
        *,
        callback: Callback | None = None,
    ) -> Tensor:
        """x_0 from x_{times[0]} = `x`; tensors of any shape, `times` as a grid gives them."""
        ...


class Step(NamedTuple):
    """One step: its index, from t, to s < t."""

    number: int
    t: float
    s: float


def strides(path: Path, times: Reals, *, draws: bool) -> Iterator[Step]:
    """The steps of a grid; `OptionError` if it is none, or if a bridge cannot draw its first step.

    `draws` says that there is noise, or that leaving it out is meant.
    """
    grid = [float(t) for t in np.asarray(times, np.float64)]
    if len(grid) < 2 or not all(1 >= t > s >= 0 for t, s in pairwise(grid)):
        msg = f"times are {grid}; expected two or more that fall, within [0, 1]"
        raise OptionError(msg)
    if path.c(grid[0]) == 0 and not draws:
        msg = (
            f"{path.name!r} is certain at t = {grid[0]:g} (c = 0), so its first step must draw "
            "noise, also with a deterministic solver; give a noise source"
        )
        raise OptionError(msg)
    return (Step(index, t, s) for index, (t, s) in enumerate(pairwise(grid)))


def single(path: Path, stride: Step) -> Step:
    """The step over one grid interval from the same t: the published baselines' kernel."""
    if path.steps is None:
        msg = f"naive_stride is of a step on a grid; the path {path.name!r} has none"
        raise OptionError(msg)
    return stride._replace(s=max(stride.t - 1 / path.steps, 0.0))


def spread(mean: Tensor, std: float, noise: Noise | None, step: int) -> Tensor:
    """`mean` + `std`·z; `OptionError` where noise is needed and there is no source."""
    if std == 0:
        return mean
    if noise is None:
        msg = f"step {step} draws noise of standard deviation {std:.3g}; give a noise source"
        raise OptionError(msg)
    return mean + std * noise(step, mean)


def singular(path: Path, t: float) -> bool:
    """Whether λ is no place to step from: below `LOWEST`, or x is certain (c = 0)."""
    return float(path.lam(t)) < LOWEST or float(path.c(t)) == 0


def first_step(
    path: Path,
    estimate: tuple[Tensor, Tensor],
    mu: Tensor,
    stride: Step,
    noise: Noise | None,
    kernel: Kernel = "ode",
) -> Tensor:
    """The first step from a `singular` end: of order 1, at a bridge's with all of its noise.

    DBIM's "booting noise" (Zheng et al., ICLR 2025, arXiv 2405.15885).
    """
    kappa = path.kappa(stride.t, stride.s, kernel)
    return spread(*path.mean(*estimate, mu, stride.s, kappa), noise, stride.number)
