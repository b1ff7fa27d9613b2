"""What rows cost, as columns: seconds always, others where some row has them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from restorebench.leaderboard.board import Row
from restorebench.leaderboard.format import format_bytes, format_scaled, format_seconds
from restorebench.leaderboard.render.table import Cell, Field, TableColumn

_SECONDS, _COST = 1, 1000
"""Priorities: where the width is short, high numbers are hidden first."""


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

    def plotted(self, row: Row) -> float | None:
        """The row's cost, else what its team states of it."""
        stated = row.claims.get({"seconds": "runtime"}.get(self.name, self.name))
        known = self.value(row)
        return stated.value if known is None and stated is not None else known

    def field(self, priority: int) -> Field:
        """The column of a table, and what makes its cells."""
        column = TableColumn(self.name, self.title, higher_is_better=False, priority=priority)
        return Field(column, lambda section: list(map(self._cell, section.rows)))

    def _cell(self, row: Row) -> Cell:
        value = self.value(row)
        return Cell(self.shown(value), value=value)


COSTS = (
    CostColumn("seconds", "s/img", format_seconds),
    CostColumn("peak_bytes", "memory", format_bytes),
    CostColumn("nfe", "NFE", format_scaled),
    CostColumn("parameters", "params", format_scaled),
    CostColumn("macs", "MACs", format_scaled),
)
"""All cost columns."""


def cost_fields(rows: Sequence[Row]) -> Iterator[Field]:
    """The cost columns of a table of `rows`."""
    for place, cost in enumerate(COSTS):
        always = cost.name == "seconds" and any(row.images or row.failed for row in rows)
        if always or any(cost.value(row) is not None for row in rows):
            yield cost.field(_COST + place if place else _SECONDS)
