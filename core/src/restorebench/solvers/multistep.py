"""Multistep exponential solvers: DPM-Solver(++), MR-Sampler and DBIM of orders 2 and 3."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from torch import Tensor

from restorebench.errors import OptionError
from restorebench.solvers.exponential import (
    Evaluation,
    Form,
    increment,
    linear_part,
    moments,
    noise_std,
    width,
)
from restorebench.solvers.stepping import Problem, Step, StepFunction, between_ends, solver


@solver
def multistep(
    problem: Problem,
    *,
    order: int,
    form: Form = "data",
    sde: bool = False,
    published: bool = False,
    orders: Sequence[int] | None = None,
) -> StepFunction:
    """A step of the exponential integrator of `order` 1 to 3 (SDE: to 2), one network call each.

    It starts with lower orders; to c = 0 it steps with x̂0. Noise form amplifies errors by e^h: it
    needs small steps. `orders` sets the order of each step (`mr_sampler.orders`), and `published`
    takes the printed coefficients of order 3, which are of order 2: both for comparison.
    """
    if order not in (1, 2, 3) or (sde and order == 3):
        msg = (
            f"multistep: order {order}, {'SDE' if sde else 'ODE'}; the ODE has 1 to 3, the SDE 1, 2"
        )
        raise OptionError(msg)
    path, latest = problem.path, list[Evaluation]()

    def step(x: Tensor, x0: Tensor, eps: Tensor, at: Step) -> Tensor:
        number, t, s = at
        latest.insert(0, Evaluation(float(path.lam(t)), x0 if form == "data" else eps))
        used = latest if orders is None else latest[: orders[number]]
        weights = moments(form, sde, h := width(path, t, s))
        if published:
            weights = (*weights[:2], weights[2] / 2)
        scale = float(path.a(s)) if form == "data" else -float(path.c(s))
        mean = linear_part(path, x, problem.mu, t, s, form, sde) + scale * increment(used, weights)
        del latest[order - 1 :]  # large images: the network's next call needs its memory
        return problem.draw(mean, noise_std(path, s, h, form) if sde else 0.0, at)

    return between_ends(problem, step, "ancestral" if sde else "ode")


dpmpp_2m = partial(multistep, order=2)
"""DPM-Solver++(2M) with the exact integral; MR-ODE-2 in data form, DBIM of order 2. Order 2."""

dpmpp_2m_sde = partial(multistep, order=2, sde=True)
"""SDE-DPM-Solver++(2M); MR-SDE-2 in data form. Stochastic, its drift of order 2."""

dpmpp_3m = partial(multistep, order=3)
"""DPM-Solver++(3M) with exact coefficients; DBIM of order 3. Order 3."""

dpm_2m = partial(multistep, order=2, form="noise")
"""DPM-Solver-2, multistep; MR-ODE-2 in noise form. Order 2."""

dpm_2m_sde = partial(multistep, order=2, form="noise", sde=True)
"""MR-SDE-2 in noise form: unstable below about a dozen steps."""
