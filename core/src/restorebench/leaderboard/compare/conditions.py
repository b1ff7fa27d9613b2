"""Conditions on a comparison, such as ``psnr.low < -0.1``, on which a check in CI fails."""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from restorebench.errors import OptionError, UnknownNameError
from restorebench.leaderboard.compare.comparison import Comparison, Difference
from restorebench.registry import nearest

OPERATORS: Mapping[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
STATISTICS = ("mean", "low", "high", "p", "min", "max")
"""Of the differences B − A of a column: mean, the ends of its interval, p-value, extremes."""
RATIO = "ratio"
"""Of a cost, B / A."""

_WRITTEN = re.compile(
    r"\s*(?P<column>[A-Za-z0-9_]+)(?:\.(?P<statistic>[a-z]+))?"
    r"\s*(?P<operator><=|>=|<|>)\s*(?P<bound>[-+−]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*"
)


@dataclass(frozen=True)
class Condition:
    """``column[.statistic] operator bound``, in the column's units."""

    column: str
    statistic: str
    operator: str
    bound: float

    @classmethod
    def parse(cls, text: str) -> Condition:
        """Read the written form; nothing is evaluated as code.

        Raises `OptionError` on anything else.
        """
        match = _WRITTEN.fullmatch(text)
        if match is None:
            msg = (
                f"{text!r} is not a condition; write COLUMN[.STATISTIC] < NUMBER (or <=, >, >=), "
                "such as 'psnr < -0.1', 'psnr.low < -0.1' or 'seconds.ratio > 1.5'"
            )
            raise OptionError(msg)
        statistic = match["statistic"] or "mean"
        if statistic not in (*STATISTICS, RATIO):
            hint = nearest(statistic, (*STATISTICS, RATIO))
            msg = f"{text!r}: no statistic {statistic!r}; {hint}"
            raise OptionError(msg)
        bound = float(match["bound"].replace("−", "-"))
        return cls(match["column"], statistic, match["operator"], bound)

    def __str__(self) -> str:
        statistic = "" if self.statistic == "mean" else f".{self.statistic}"
        return f"{self.column}{statistic} {self.operator} {self.bound:g}"

    def value(self, found: Comparison) -> float:
        """The number that the condition is about.

        Raises `UnknownNameError` on a column that `found` lacks, and `OptionError` where it has no
        such number: a check that cannot be made must not pass.
        """
        if self.statistic == RATIO:
            return self._ratio(found)
        known = {d.column.name: d for d in found.columns}
        if self.column not in known:
            cost = any(c.name == self.column for c in found.costs)
            hint = f"a cost is written {self.column}.ratio" if cost else nearest(self.column, known)
            msg = f"'{self}': {found.dataset} has no column {self.column!r}; {hint}"
            raise UnknownNameError(msg)
        number = self._of(known[self.column], found)
        if number is None or math.isnan(number):
            msg = (
                f"'{self}': there is no such number over {known[self.column].images} images of "
                f"{found.dataset}, too few or of infinite differences; use the mean"
            )
            raise OptionError(msg)
        return number

    def holds(self, found: Comparison) -> bool:
        """Whether the condition holds."""
        return OPERATORS[self.operator](self.value(found), self.bound)

    def _ratio(self, found: Comparison) -> float:
        known = {cost.name: cost.ratio for cost in found.costs}
        if self.column not in known:
            msg = f"'{self}': the cost {self.column!r} is not known of both; "
            raise UnknownNameError(msg + nearest(self.column, known))
        return known[self.column]

    def _of(self, difference: Difference, found: Comparison) -> float | None:
        if self.statistic in ("min", "max"):
            extreme = min if self.statistic == "min" else max
            name = difference.column.name
            return extreme(i.difference[name] for i in found.images if name in i.difference)
        value: float | None = getattr(difference, self.statistic)
        return value
