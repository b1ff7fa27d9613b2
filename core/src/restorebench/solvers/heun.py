"""Heun's method in the gauge z = (x − bμ)/a, where the ODE is dz/dσ = (z − x̂0)/σ."""

from __future__ import annotations

from torch import Tensor

from restorebench.paths.path import Path
from restorebench.solvers.stepping import Problem, Step, StepFunction, Trial, between_ends, solver


@solver
def heun(problem: Problem) -> StepFunction:
    """EDM's deterministic sampler (Karras et al., NeurIPS 2022, Algorithm 1). Order 2.

    Two network calls a step, but one for the last, which ends at σ = 0: n steps cost 2n − 1. The
    step in z is written in x: z_s − (σ_s/σ_t)-parts cancel μ, as dz = ε̂ dσ.
    """
    path, mu = problem.path, problem.mu

    def step(x: Tensor, x0: Tensor, eps: Tensor, at: Step) -> Trial:
        def corrected(_: Tensor, end: Tensor) -> Tensor:
            return euler_step(path, x, (eps + end) / 2, mu, at.t, at.s)

        return Trial(euler_step(path, x, eps, mu, at.t, at.s), corrected)

    return between_ends(problem, step)


def euler_step(path: Path, x: Tensor, eps: Tensor, mu: Tensor, t: float, s: float) -> Tensor:
    """z_s = z_t + (σ_s − σ_t) ε̂, written for x = a z + b μ."""
    (a_t, b_t, c_t), (a_s, b_s, c_s) = path.at(t), path.at(s)
    z = (x - b_t * mu) / a_t
    return a_s * (z + (c_s / a_s - c_t / a_t) * eps) + b_s * mu
