"""Solvers without memory, after a step's kernel: the posterior and DDIM."""

from __future__ import annotations

import numpy as np
from torch import Tensor

from restorebench.errors import OptionError
from restorebench.paths.curves import Reals
from restorebench.paths.heads import Predict
from restorebench.paths.path import Kernel, Path
from restorebench.solvers.stepping import Callback, Noise, single, spread, strides


def ancestral(
    path: Path,
    predict: Predict,
    x: Tensor,
    mu: Tensor,
    times: Reals,
    noise: Noise | None,
    *,
    kernel: Kernel | None = None,
    mean: bool = False,
    naive_stride: bool = False,
    callback: Callback | None = None,
) -> Tensor:
    """The posterior of x_s given x_t and x̂0: DDPM's sampler, on any path. Order 1, stochastic.

    IR-SDE's `reverse_posterior` (arXiv 2404.09732), the samplers of GOUB, I²SB and BBDM,
    MR-SDE-1 in data form (2502.07856); ResShift's and RDDM's with their own κ. `kernel`
    overrides `path.posterior`. `mean` drops the noise ("mean-ODE"): a different, narrower law. The
    step is derived for the stride at hand; `naive_stride` applies that of one grid interval while
    it skips, as published few-step baselines do: for comparison only.
    """
    for stride in strides(path, times, draws=mean or noise is not None):
        x0, eps = predict(x, stride.t)
        index, t, s = single(path, stride) if naive_stride else stride
        if path.posterior_step is not None and kernel is None:
            centre, rho = path.posterior_step(x, x0, mu, t, s)
        else:
            centre, rho = path.mean(x0, eps, mu, s, path.kappa(t, s, kernel))
        x = centre if mean else spread(centre, rho, noise, index)
        if callback is not None:
            callback(index, stride.s, x, x0)
    return x


def ddim(
    path: Path,
    predict: Predict,
    x: Tensor,
    mu: Tensor,
    times: Reals,
    noise: Noise | None,
    *,
    eta: float = 0.0,
    callback: Callback | None = None,
) -> Tensor:
    """DDIM(η): noise η times the posterior's (Song et al., ICLR 2021, eq. 12 and 16). Order 1.

    η = 0 is the probability-flow ODE (DBIM with η = 0 on bridges, MR-ODE-1), η = 1 `ancestral`. The
    first step of a bridge draws all of its noise for any η.
    """
    if not 0 <= eta <= 1:
        msg = f"ddim: eta is {eta}; expected 0 (deterministic) to 1 (ancestral)"
        raise OptionError(msg)
    for index, t, s in strides(path, times, draws=noise is not None):
        x0, eps = predict(x, t)
        full, kept = path.kappa(t, s, "ode"), path.kappa(t, s, "ancestral")
        kappa = float(np.sqrt((1 - eta**2) * full**2 + eta**2 * kept**2))
        x = spread(*path.mean(x0, eps, mu, s, kappa), noise, index)
        if callback is not None:
            callback(index, s, x, x0)
    return x
