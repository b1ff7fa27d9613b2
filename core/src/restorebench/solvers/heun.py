"""Heun's method in the gauge z = (x − bμ)/a, where the ODE is dz/dσ = (z − x̂0)/σ."""

from __future__ import annotations

from torch import Tensor

from restorebench.paths.curves import Reals
from restorebench.paths.heads import Predict
from restorebench.paths.path import Path
from restorebench.solvers.stepping import Callback, Noise, first_step, singular, strides


def heun(
    path: Path,
    predict: Predict,
    x: Tensor,
    mu: Tensor,
    times: Reals,
    noise: Noise | None,
    *,
    callback: Callback | None = None,
) -> Tensor:
    """EDM's deterministic sampler (Karras et al., NeurIPS 2022, Algorithm 1). Order 2.

    Two network calls a step, but one for the last, which ends at σ = 0: n steps cost 2n − 1. The
    step in z is written in x: z_s − (σ_s/σ_t)-parts cancel μ, as dz = ε̂ dσ.
    """
    for stride in strides(path, times, draws=noise is not None):
        index, t, s = stride
        x0, eps = predict(x, t)
        if singular(path, t):
            x = first_step(path, (x0, eps), mu, stride, noise)
        elif path.c(s) == 0:
            x = path.mean(x0, eps, mu, s, 0.0)[0]
        else:
            trial = moved(path, x, eps, mu, t, s)
            x = moved(path, x, (eps + predict(trial, s)[1]) / 2, mu, t, s)
        if callback is not None:
            callback(index, s, x, x0)
    return x


def moved(path: Path, x: Tensor, eps: Tensor, mu: Tensor, t: float, s: float) -> Tensor:
    """z_s = z_t + (σ_s − σ_t) ε̂, written for x = a z + b μ."""
    (a_t, b_t, c_t), (a_s, b_s, c_s) = path.at(t), path.at(s)
    z = (x - b_t * mu) / a_t
    return a_s * (z + (c_s / a_s - c_t / a_t) * eps) + b_s * mu
