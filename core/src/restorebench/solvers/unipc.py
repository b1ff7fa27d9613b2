"""UniPC-2: a predictor of order 2 whose every step is corrected to order 3 at no extra call."""

from __future__ import annotations

from torch import Tensor

from restorebench.paths.curves import Reals
from restorebench.paths.heads import Predict
from restorebench.paths.path import Path
from restorebench.solvers.exponential import (
    Evaluation,
    divided,
    increment,
    linear_part,
    moments,
    width,
)
from restorebench.solvers.stepping import Callback, Noise, Step, first_step, singular, strides


def unipc_2(
    path: Path,
    predict: Predict,
    x: Tensor,
    mu: Tensor,
    times: Reals,
    noise: Noise | None,
    *,
    callback: Callback | None = None,
) -> Tensor:
    """UniPC of order 2 with B₂(h) = e^h − 1 in data form (Zhao et al., NeurIPS 2023). Order 3.

    arXiv 2302.04867, Algorithms 1 and 2 in their multistep form ("bh2"). x̂0 at the predicted point
    first corrects that point, by the quadratic through the last three x̂0, then predicts the next.
    """
    seen: list[Evaluation] = []
    start: tuple[Tensor, Step] | None = None  # the step that may be corrected
    for stride in strides(path, times, draws=noise is not None):
        index, t, s = stride
        x0, eps = predict(x, t)
        new = Evaluation(float(path.lam(t)), x0)
        if start is not None:
            x = corrected(path, *start, mu, new, seen)
        if singular(path, t):
            x, start = first_step(path, (x0, eps), mu, stride, noise), None
        elif path.c(s) == 0:
            x = path.mean(x0, eps, mu, s, 0.0)[0]
        else:
            seen, start = [new, *seen][:2], (x, stride)
            x = predicted(path, x, stride, mu, seen)
        if callback is not None:
            callback(index, s, x, x0)
    return x


def predicted(path: Path, x: Tensor, stride: Step, mu: Tensor, seen: list[Evaluation]) -> Tensor:
    """UniP-2, its one coefficient ½: the last slope of x̂0, as if over half the step."""
    _, t, s = stride
    h = width(path, t, s)
    m0, _, _ = moments("data", False, h)
    total = m0 * seen[0].q
    if len(seen) > 1:
        total = total + m0 * (h / 2) * divided(seen[0], seen[1])
    return linear_part(path, x, mu, t, s, "data", False) + float(path.a(s)) * total


def corrected(
    path: Path, x: Tensor, stride: Step, mu: Tensor, new: Evaluation, seen: list[Evaluation]
) -> Tensor:
    """UniC-2: the step again, with x̂0 at its end known; UniC-1 after a single call."""
    _, t, s = stride
    h = width(path, t, s)
    weights = moments("data", False, h)
    total = weights[0] * seen[0].q
    if len(seen) == 1:
        total = total + weights[0] / 2 * (new.q - seen[0].q)
    else:  # the quadratic through all three: Newton's form takes them in any order
        total = increment([*seen, new], weights)
    return linear_part(path, x, mu, t, s, "data", False) + float(path.a(s)) * total
