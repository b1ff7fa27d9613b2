"""Multistep exponential solvers: DPM-Solver(++), MR-Sampler and DBIM of orders 2 and 3."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
from torch import Tensor

from restorebench.errors import OptionError
from restorebench.paths.curves import Reals
from restorebench.paths.heads import Predict
from restorebench.paths.path import Path
from restorebench.solvers.exponential import (
    Form,
    Seen,
    increment,
    linear_part,
    moments,
    noise_std,
    width,
)
from restorebench.solvers.march import Noise, Watch, boot, singular, spread, strides


def multistep(
    path: Path,
    predict: Predict,
    x: Tensor,
    mu: Tensor,
    times: Reals,
    noise: Noise | None,
    *,
    order: int,
    form: Form = "data",
    sde: bool = False,
    published: bool = False,
    orders: Sequence[int] | None = None,
    watch: Watch | None = None,
) -> Tensor:
    """A step of the exponential integrator of `order` 1 to 3 (SDE: to 2), one network call each.

    It starts with lower orders; to c = 0 it steps with x̂0. Noise form amplifies errors by e^h: it
    wants small steps. `orders` sets the order of each step (`mr_sampler.orders`), and `published`
    takes the printed coefficients of order 3, which are of order 2: both for comparison.
    """
    _check(order, form, sde)
    seen: list[Seen] = []
    for index, t, s in (steps := strides(path, times, draws=noise is not None)):
        x0, eps = predict(x, t)
        if singular(path, t):
            kernel = "ancestral" if sde else "ode"
            x = boot(path, (x0, eps), mu, (index, t, s), noise, kernel)
        ...
    return x
