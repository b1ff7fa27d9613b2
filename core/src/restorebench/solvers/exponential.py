"""Exponential integrators in λ: one step of order 1 to 3, for the ODE and the SDE, in two forms.

Between t and s a path's equation is linear but for the network, and in λ its solution is x_s =
(linear part) + ∫ weight(λ)·q(λ) dλ with q = x̂0 ("data") or ε̂ ("noise"). A step of order k takes
for q the polynomial through the last k values, and integrates it exactly.

Lu et al., DPM-Solver (NeurIPS 2022, arXiv 2206.00927, eq. 3.4) and DPM-Solver++ (2211.01095, prop.
4.1); for IR-SDE MR-Sampler (ICLR 2025, 2502.07856, prop. 1–4), for bridges DBIM (2405.15885).
"""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

import numpy as np
from torch import Tensor

from restorebench.paths.path import Path

Form: TypeAlias = Literal["data", "noise"]


class Evaluation(NamedTuple):
    """One call of the network: the λ at which it was made, and q = x̂0 or ε̂."""

    lam: float
    q: Tensor


def moments(form: Form, sde: bool, h: float) -> tuple[float, float, float]:
    """∫_0^h w(u) u^k du for k = 0, 1, 2 with the step's weight w, h = λ_s − λ_t > 0.

    w = e^{−(h−u)} (data, ODE) · 2 e^{−2(h−u)} (data, SDE) · e^{h−u} (noise, ODE), doubled (SDE).
    """
    if form == "data" and sde:
        m0 = -float(np.expm1(-2 * h))
        m1 = h - m0 / 2
        return m0, m1, h * h - m1
    if form == "data":
        m0 = -float(np.expm1(-h))
        m1 = h - m0
        return m0, m1, h * h - 2 * m1
    m0 = float(np.expm1(h))
    m1 = m0 - h
    twice = 2.0 if sde else 1.0
    return twice * m0, twice * m1, twice * (2 * m1 - h * h)


def increment(latest: list[Evaluation], weights: tuple[float, float, float]) -> Tensor:
    """∫ w q over the step, q the Newton polynomial through the `latest` 1 to 3, newest first."""
    m0, m1, m2 = weights
    total = m0 * latest[0].q
    if len(latest) == 1:
        return total
    near = divided(latest[0], latest[1])
    total = total + m1 * near
    if len(latest) == 2:
        return total
    far = divided(latest[1], latest[2])
    second = (near - far) / (latest[0].lam - latest[2].lam)
    return total + (m2 + (latest[0].lam - latest[1].lam) * m1) * second


def divided(new: Evaluation, old: Evaluation) -> Tensor:
    """The first divided difference of q in λ."""
    return (new.q - old.q) / (new.lam - old.lam)


def linear_part(
    path: Path, x: Tensor, mu: Tensor, t: float, s: float, form: Form, sde: bool
) -> Tensor:
    """The part of x_s that is linear in x_t and μ, without the network."""
    (a_t, b_t, c_t), (a_s, b_s, c_s) = path.at(t), path.at(s)
    if form == "noise":
        return (a_s / a_t) * x + (b_s - a_s / a_t * b_t) * mu
    if not sde:
        return (c_s / c_t) * x + (b_s - c_s / c_t * b_t) * mu
    h = width(path, t, s)
    kept, shrunk = c_s / c_t * np.exp(-h), a_s / a_t * np.exp(-2 * h)  # equal in a consistent table
    return float(kept) * x + float(b_s - shrunk * b_t) * mu


def width(path: Path, t: float, s: float) -> float:
    """h = λ_s − λ_t."""
    return float(path.lam(s)) - float(path.lam(t))


def noise_std(path: Path, s: float, h: float, form: Form) -> float:
    """An SDE step's noise: c_s √(1 − e^{−2h}), in noise form c_s √(e^{2h} − 1)."""
    growth = -np.expm1(-2 * h) if form == "data" else np.expm1(2 * h)
    return float(path.c(s) * np.sqrt(growth))
