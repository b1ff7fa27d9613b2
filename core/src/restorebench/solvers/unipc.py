"""UniPC-2: a predictor of order 2 whose every step is corrected to order 3 at no extra call."""

from __future__ import annotations

from torch import Tensor

from restorebench.paths.path import Path
from restorebench.solvers.exponential import (
    Evaluation,
    divided,
    increment,
    linear_part,
    moments,
    width,
)
from restorebench.solvers.stepping import Problem, Step, StepFunction, between_ends, solver


@solver
def unipc_2(problem: Problem) -> StepFunction:
    """UniPC of order 2 with B₂(h) = e^h − 1 in data form (Zhao et al., NeurIPS 2023). Order 3.

    arXiv 2302.04867, Algorithms 1 and 2 in their multistep form ("bh2"). x̂0 at the predicted point
    first corrects that point, by the quadratic through the last three x̂0, then predicts the next.
    """
    path, mu, latest = problem.path, problem.mu, list[Evaluation]()
    last: tuple[Tensor, Step] | None = None  # where the last step began

    def step(x: Tensor, x0: Tensor, eps: Tensor, at: Step) -> Tensor:
        nonlocal last
        new = Evaluation(float(path.lam(at.t)), x0)
        if last is not None and last[1].s == at.t:
            x = corrected(path, *last, mu, new, latest)
        latest.insert(0, new)
        del latest[2:]
        last = x, at
        return predicted(path, x, at, mu, latest)

    return between_ends(problem, step)  # neither end uses x: there is nothing to correct


def predicted(path: Path, x: Tensor, step: Step, mu: Tensor, latest: list[Evaluation]) -> Tensor:
    """UniP-2, its one coefficient ½: the last slope of x̂0, as if over half the step."""
    _, t, s = step
    h = width(path, t, s)
    m0, _, _ = moments("data", False, h)
    total = m0 * latest[0].q
    if len(latest) > 1:
        total = total + m0 * (h / 2) * divided(latest[0], latest[1])
    return linear_part(path, x, mu, t, s, "data", False) + float(path.a(s)) * total


def corrected(
    path: Path, x: Tensor, step: Step, mu: Tensor, new: Evaluation, latest: list[Evaluation]
) -> Tensor:
    """UniC-2: the step again, with x̂0 at its end known; UniC-1 after a single call."""
    _, t, s = step
    h = width(path, t, s)
    weights = moments("data", False, h)
    total = weights[0] * latest[0].q
    if len(latest) == 1:
        total = total + weights[0] / 2 * (new.q - latest[0].q)
    else:  # the quadratic through all three: Newton's form takes them in any order
        total = increment([*latest, new], weights)
    return linear_part(path, x, mu, t, s, "data", False) + float(path.a(s)) * total
