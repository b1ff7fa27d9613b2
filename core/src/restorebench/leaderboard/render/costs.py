"""What rows cost, as columns: only those that some row has."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from restorebench.leaderboard import format as text
from restorebench.leaderboard.board import Row, Section


@dataclass(frozen=True)
class CostColumn:
    """A column of `RowCost`: its field, its title and how a value is written."""

    name: str
    title: str
    shown: Callable[[float | None], str]

    def value(self, row: Row) -> float | None:
        """The row's cost in this column."""
        if self.name == "seconds" and row.cost.seconds is None:
            return row.seconds
        found: float | None = getattr(row.cost, self.name)
        return found


def scaled(value: float | None) -> str:
    """A count with three digits and a power: ``17.1 M``, ``63.6 G``."""
    if value is None:
        return text.ABSENT
    for power, sign in ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")):
        if value >= power:
            return f"{_three(value / power)} {sign}"
    return _three(value)


def _three(value: float) -> str:
    digits = 2 if value < 10 else 1 if value < 100 else 0
    shown = f"{value:.{digits}f}"
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


COSTS = (
    CostColumn("seconds", "s/img", text.seconds),
    CostColumn("peak_bytes", "memory", lambda value: _bytes(value)),
    CostColumn("nfe", "NFE", scaled),
    CostColumn("parameters", "params", scaled),
    CostColumn("macs", "MACs", scaled),
)
"""All cost columns; bytes are written as kB, MB or GB of a thousand each."""


def _bytes(value: float | None) -> str:
    shown = scaled(value)
    return shown if value is None else f"{shown}B" if " " in shown else f"{shown} B"


def costs_of(section: Section) -> list[CostColumn]:
    """The cost columns that some row of a section has."""
    return [c for c in COSTS if any(c.value(row) is not None for row in section.rows)]
