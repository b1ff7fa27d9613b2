"""Errors on a ratio scale: how many times the reference's error is a method's?

The mean of a ranking column is turned into an error by what is known of its metric:

- in dB (PSNR): the RMSE, 10^(−mean/20). The mean of PSNRs is that of the logarithms of RMSEs, so
  this is the geometric mean of the images' RMSEs, in parts of the peak.
- a similarity, whose best score is known (SSIM): best − mean.
- a distance, of which lower is better (LPIPS, L*a*b* error): the mean.

Any other column (MUSIQ, say) has no error: ranks still count, the skill score is missing.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np

from restorebench.leaderboard.board import Column
from restorebench.leaderboard.ranking.statistics import Floats

Kind: TypeAlias = Literal["rmse", "lack", "distance"]

LIMITS = (0.01, 100.0)
"""What a relative error is clipped to, so that one perfect image does not decide everything."""


def kind_of(column: Column) -> Kind | None:
    """Which error the scores of a column are turned into; None for a column that has none."""
    if column.unit == "dB" and column.higher_is_better:
        return "rmse"
    if column.higher_is_better and column.best is not None:
        return "lack"
    return "distance" if column.higher_is_better is False else None


def words(column: Column) -> str:
    """How the error of a column is called in the text below a table; empty for none."""
    names = {
        "rmse": f"RMSE from {column.title}",
        "lack": f"{column.best or 0:g} − {column.title}",
        "distance": column.title,
    }
    kind = kind_of(column)
    return names[kind] if kind else ""


def relative(means: Floats, reference: Floats, column: Column) -> Floats:
    """The errors of `means` over those of `reference`, clipped to `LIMITS`; NaN without an error.

    Two errors of 0 are equal.
    """
    own, other = _error(means, column), _error(reference, column)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where((own == 0) & (other == 0), 1.0, own / other)
    return np.clip(ratio, *LIMITS)


def _error(means: Floats, column: Column) -> Floats:
    kind = kind_of(column)
    if kind is None:
        return np.full_like(means, np.nan)
    if kind == "rmse":
        return np.asarray(10.0 ** (-means / 20))
    best = column.best or 0.0
    return np.maximum(best - means if kind == "lack" else means - best, 0.0)
