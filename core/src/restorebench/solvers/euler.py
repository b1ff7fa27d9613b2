"""Euler's method on the reverse SDE and on its probability-flow ODE."""

from __future__ import annotations

import math

from torch import Tensor

from restorebench.errors import OptionError
from restorebench.paths.path import Path
from restorebench.solvers.stepping import (
    Problem,
    Step,
    StepFunction,
    first_step,
    one_interval,
    singular,
    solver,
)


@solver
def euler_maruyama(
    problem: Problem, *, mean: bool = False, naive_stride: bool = False
) -> StepFunction:
    """Euler–Maruyama, weak order 1: x ← x − [f − ½(g² + w²) s]Δ − w √Δ z with s = −ε̂/c.

    IR-SDE's `reverse_sde` (arXiv 2301.11699, §3.2), with the sign of its noise. w² is g², but
    where the process has excess noise (`path.dispersion2`), and Δ is `path.span`. `mean` leaves the
    noise out (GOUB's mean-ODE, 2312.10299); `naive_stride` as in `ancestral`. Where λ = −∞ the
    first step is the posterior's.
    """
    path, mu = problem.path, problem.mu

    def step(x: Tensor, x0: Tensor, eps: Tensor, at: Step) -> Tensor:
        _, t, s = one_interval(path, at) if naive_stride else at
        if singular(path, t):
            return first_step(problem, x0, eps, at, "ancestral")
        w2 = float((path.dispersion2 or path.diffusion2)(t))
        delta, c = path.span(t, s), float(path.c(t))
        centre = x - (velocity(path, x0, eps, mu, t) + w2 / (2 * c) * eps) * delta
        return centre if mean else problem.draw(centre, -math.sqrt(w2 * delta), at)

    return step


@solver
def euler_ode(problem: Problem, *, naive_stride: bool = False) -> StepFunction:
    """Euler's method, order 1: x ← x − [f − ½ g² s]Δ, on a flow x ← x − v Δ.

    IR-SDE's `reverse_ode` (the authors' code). Refused on bridges, and where a step would more
    than double the noise: c' is infinite at a bridge's end, and the error of Euler's first steps
    from there does not vanish as steps are added. `ddim` is exact in the noise.
    """
    path, mu = problem.path, problem.mu

    def step(x: Tensor, x0: Tensor, eps: Tensor, at: Step) -> Tensor:
        _, t, s = one_interval(path, at) if naive_stride else at
        _check_growth(path, t, delta := path.span(t, s))
        return x - velocity(path, x0, eps, mu, t) * delta

    return step


def _check_growth(path: Path, t: float, delta: float) -> None:
    if path.bridge or -float(path.rates(t)[2]) * delta > float(path.c(t)):
        msg = (
            f"euler-ode cannot follow {path.name!r} from t = {t:g}: its noise grows there faster "
            "than Euler's steps; take ddim, or euler-maruyama"
        )
        raise OptionError(msg)


def velocity(path: Path, x0: Tensor, eps: Tensor, mu: Tensor, t: float) -> Tensor:
    """a' x̂0 + b' μ + c' ε̂, which is f − ½ g² s (Song et al., arXiv 2011.13456, eq. 13)."""
    da, db, dc = (float(rate) for rate in path.rates(t))
    return da * x0 + db * mu + dc * eps
