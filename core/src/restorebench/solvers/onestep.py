"""Solvers without memory, after a step's kernel: the posterior and DDIM."""

from __future__ import annotations

import numpy as np
from torch import Tensor

from restorebench.errors import OptionError
from restorebench.paths.path import Kernel
from restorebench.solvers.stepping import Problem, Step, StepFunction, one_interval, solver


@solver
def ancestral(
    problem: Problem,
    *,
    kernel: Kernel | None = None,
    mean: bool = False,
    naive_stride: bool = False,
) -> StepFunction:
    """The posterior of x_s given x_t and x̂0: DDPM's sampler, on any path. Order 1, stochastic.

    IR-SDE's `reverse_posterior` (arXiv 2404.09732), the samplers of GOUB, I²SB and BBDM,
    MR-SDE-1 in data form (2502.07856); ResShift's and RDDM's with their own κ. `kernel`
    overrides `path.posterior`. `mean` drops the noise ("mean-ODE"): a different, narrower law. The
    step is derived for the stride at hand; `naive_stride` applies that of one grid interval while
    it skips, as published few-step baselines do: for comparison only.
    """
    path, mu = problem.path, problem.mu

    def step(x: Tensor, x0: Tensor, eps: Tensor, at: Step) -> Tensor:
        _, t, s = one_interval(path, at) if naive_stride else at
        if path.posterior_step is not None and kernel is None:
            centre, rho = path.posterior_step(x, x0, mu, t, s)
        else:
            centre, rho = path.mean(x0, eps, mu, s, path.kappa(t, s, kernel))
        return centre if mean else problem.draw(centre, rho, at)

    return step


@solver
def ddim(problem: Problem, *, eta: float = 0.0) -> StepFunction:
    """DDIM(η): noise η times the posterior's (Song et al., ICLR 2021, eq. 12 and 16). Order 1.

    η = 0 is the probability-flow ODE (DBIM with η = 0 on bridges, MR-ODE-1), η = 1 `ancestral`. The
    first step of a bridge draws all of its noise for any η.
    """
    if not 0 <= eta <= 1:
        msg = f"ddim: eta is {eta}; expected 0 (deterministic) to 1 (ancestral)"
        raise OptionError(msg)
    path, mu = problem.path, problem.mu

    def step(x: Tensor, x0: Tensor, eps: Tensor, at: Step) -> Tensor:
        full, kept = path.kappa(at.t, at.s, "ode"), path.kappa(at.t, at.s, "ancestral")
        kappa = float(np.sqrt((1 - eta**2) * full**2 + eta**2 * kept**2))
        return problem.draw(*path.mean(x0, eps, mu, at.s, kappa), at)

    return step
