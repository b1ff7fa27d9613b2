"""The solvers that core provides; each target is a `restorebench.solvers.stepping.Solver`."""

from __future__ import annotations

from restorebench.specs import LazySpec

_PACKAGE = "restorebench.solvers"


def _solver(name: str, target: str, summary: str) -> LazySpec:
    return LazySpec(name=name, summary=summary, target=f"{_PACKAGE}.{target}")


SOLVERS: tuple[LazySpec, ...] = (
    _solver("euler-maruyama", "euler:euler_maruyama", "Reverse SDE by Euler's method (IR-SDE)"),
    _solver("euler-ode", "euler:euler_ode", "Probability-flow ODE by Euler's method; flows"),
    _solver("ancestral", "onestep:ancestral", "The posterior of each step (DDPM, IR-SDE, GOUB)"),
    _solver("ddim", "onestep:ddim", "DDIM with noise share eta, 0 to 1; DBIM on bridges"),
    _solver("dpmpp-2m", "multistep:dpmpp_2m", "Order 2, data form, ODE (DPM-Solver++, MR-ODE-2)"),
    _solver("dpmpp-2m-sde", "multistep:dpmpp_2m_sde", "Order 2, data form, SDE (MR-SDE-2)"),
    _solver("dpmpp-3m", "multistep:dpmpp_3m", "Order 3, data form, ODE, exact coefficients"),
    _solver("dpm-2m", "multistep:dpm_2m", "Order 2, noise form, ODE (DPM-Solver, MR-ODE-2)"),
    _solver("dpm-2m-sde", "multistep:dpm_2m_sde", "Order 2, noise form, SDE: needs many steps"),
    _solver("unipc-2", "unipc:unipc_2", "UniPC with bh2: order 3 for the price of order 2"),
    _solver("heun", "heun:heun", "Heun's method in the gauge (EDM): two calls a step"),
)
