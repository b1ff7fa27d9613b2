"""Straight paths from data to prior: flow matching."""

from __future__ import annotations

import numpy as np

from restorebench.errors import OptionError
from restorebench.paths.curves import Real
from restorebench.paths.path import Path

_FLOW = "Lipman et al., ICLR 2023, arXiv 2210.02747; Liu et al., ICLR 2023, 2209.03003"
_PMRF = "Ohayon et al., ICLR 2025, arXiv 2410.00418"


def rectified_flow(sigma: float = 1.0) -> Path:
    """Rectified flow to noise: x_t = (1 − t) x0 + t σ ε, dx = v dt with v = σε − x0.

    Lipman et al., ICLR 2023 (arXiv 2210.02747), eq. 20–22; Liu et al., ICLR 2023 (2209.03003),
    with time reversed (here t = 0 is the data). μ enters through the network alone.
    """
    return _straight(sigma, to_input=False, name="rectified-flow", citation=_FLOW)


def pmrf(sigma: float = 0.025) -> Path:
    """Posterior-mean rectified flow: x_t = (1 − t) x0 + t (μ + σ ε), μ an MMSE estimate.

    Ohayon, Michaeli & Elad, ICLR 2025 (arXiv 2410.00418), Algorithm 1, with time reversed; σ is
    the noise that is added to the estimate.
    """
    return _straight(sigma, to_input=True, name="pmrf", citation=_PMRF)


def _straight(sigma: float, *, to_input: bool, name: str, citation: str) -> Path:
    if not sigma > 0:
        msg = f"{name}: sigma is {sigma}; without noise there is no score; expected above 0"
        raise OptionError(msg)
    share = float(to_input)
    return Path(
        name=name,
        a=lambda t: 1 - np.asarray(t, np.float64),
        b=lambda t: share * np.asarray(t, np.float64),
        c=lambda t: sigma * np.asarray(t, np.float64),
        da=lambda t: _level(t, -1.0),
        db=lambda t: _level(t, share),
        dc=lambda t: _level(t, sigma),
        formulas=("1 − t", "t" if to_input else "0", "σ t"),
        citation=citation,
    )


def _level(t: Real, value: float) -> Real:
    return np.full_like(t, value, np.float64)
