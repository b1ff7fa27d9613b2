"""A table over several sections."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class OverallRow:
    """A row that is ranked in every section: its ranks among the others that are, and their mean.

    `borda` counts, over the sections, the rows behind it, and half of those beside it.
    """

    label: str
    rank: int
    mean_rank: float
    borda: float
    ranks: Mapping[str, float]


@dataclass(frozen=True)
class Overall:
    """A table over several sections, named in `sections`."""

    title: str
    sections: tuple[str, ...]
    rows: tuple[OverallRow, ...]
