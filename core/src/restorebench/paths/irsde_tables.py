"""The mean-reverting SDE as published programs tabulate it, in float32.

Only for parity with them and their released networks; `irsde()` is more accurate (see there).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from restorebench.paths.curves import Curve, Nodes, Real
from restorebench.paths.path import Clock, Path, PosteriorStep
from restorebench.paths.schedules import Schedule, check_schedule, thetas


class Tables(NamedTuple):
    """float32: θ and Θ (not yet scaled by dt), ``(T+1,)``, and dt, ``()``."""

    theta: Tensor
    Theta: Tensor
    dt: Tensor


def tables(schedule: Schedule, T: int, eps: float, *, keep_theta_0: bool = False) -> Tables:
    """θ, Θ and dt in the reference's order of operations."""
    check_schedule(schedule, T)
    theta = _cosine(T) if schedule == "cosine" else _rounded(schedule, T)
    Theta = torch.cumsum(theta, 0)
    if not keep_theta_0:
        Theta = Theta - theta[0]
    return Tables(theta, Theta, -1 / Theta[-1] * math.log(eps))


def _rounded(schedule: Schedule, T: int) -> Tensor:
    if schedule == "linear":
        r = 1000 / (T + 1)
        return torch.linspace(1e-4 * r, 0.02 * r, T + 1, dtype=torch.float32)
    return torch.as_tensor(thetas(schedule, T), dtype=torch.float32)


def _cosine(T: int) -> Tensor:
    k = torch.linspace(0, T + 2, T + 3, dtype=torch.float32)
    squares = torch.cos((k / (T + 2) + 0.008) / 1.008 * math.pi * 0.5) ** 2
    return 1 - (squares / squares[0])[1:-1]


def survival(Theta: Nodes, dt: Tensor, times: float = 1.0) -> Curve:
    """e^{−`times`·Θ dt} in float32, given as float64."""

    def value(t: Real) -> Real:
        scaled = torch.as_tensor(np.asarray(Theta(t)), dtype=torch.float32) * dt
        e: Real = torch.exp(-times * scaled).double().numpy()
        return e

    return value


def spread(lam: float, Theta: Nodes, dt: Tensor) -> Curve:
    """λ √(1 − e^{−2Θ dt}) in float32, given as float64."""

    def value(t: Real) -> Real:
        Theta32 = torch.as_tensor(np.asarray(Theta(t)), dtype=torch.float32)
        c: Real = torch.sqrt(lam**2 * (1 - torch.exp(-2 * Theta32 * dt))).double().numpy()
        return c

    return value


def reference(schedule: Schedule, T: int, lam: float, eps: float, citation: str) -> Path:
    """The authors' IR-SDE: see `irsde`."""
    theta, Theta32, dt = tables(schedule, T, eps)
    Theta = Nodes(Theta32.double().numpy())
    scaled = Nodes(Theta.values * float(dt))
    a = survival(Theta, dt)

    def theta_dt(t: Real) -> Real:  # θ_t dt, of the interval that ends at t
        index = np.ceil(np.asarray(t) * T - 1e-9).astype(int)
        value: Real = T * (theta.double().numpy() * float(dt))[index]
        return value

    return Path(
        name="irsde",
        a=a,
        b=lambda t: 1 - a(t),
        c=spread(lam, Theta, dt),
        da=lambda t: -theta_dt(t) * a(t),
        db=lambda t: theta_dt(t) * a(t),
        g2=lambda t: 2 * lam**2 * theta_dt(t),
        steps=T,
        clock=Clock(scaled, scaled.rate),
        posterior_step=optimum(lam, Theta, dt),
        formulas=("e^−Θ", "1 − e^−Θ", "λ √(1 − e^−2Θ)"),
        citation=citation,
    )


def optimum(lam: float, Theta: Nodes, dt: Tensor) -> PosteriorStep:
    """The exact posterior of x_s given x_t and x̂0 (arXiv 2301.11699, Prop. 3.2), in float32.

    With A = e^{−(Θ_t − Θ_s)}, B = e^{−Θ_t}, C = e^{−Θ_s} the mean is μ + A(1−C²)/(1−B²)(x_t − μ) +
    C(1−A²)/(1−B²)(x̂0 − μ) and the variance λ²(1−A²)(1−C²)/(1−B²), at least 10⁻²⁰ λ² dt.
    """

    def step(x: Tensor, x0: Tensor, mu: Tensor, t: float, s: float) -> tuple[Tensor, float]:
        at_t, at_s = (torch.as_tensor(float(Theta(u)), dtype=torch.float32) for u in (t, s))
        passed = (at_t - at_s, at_t, at_s)
        A, B, C = (torch.exp(-u * dt) for u in passed)
        keep, pull = A * (1 - C**2) / (1 - B**2), C * (1 - A**2) / (1 - B**2)
        A2, B2, C2 = (torch.exp(-2 * u * dt) for u in passed)  # rounds unlike the squares
        variance = torch.clamp((1 - A2) * (1 - C2) / (1 - B2), min=1e-20 * float(dt))
        mean = float(keep) * (x - mu) + float(pull) * (x0 - mu) + mu
        return mean, float(torch.exp(0.5 * torch.log(variance)) * lam)

    return step
