"""Numbers from elsewhere, such as mean opinion scores: a CSV file becomes columns of a board."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from restorebench.console import composed
from restorebench.csv_table import read_table
from restorebench.errors import OptionError
from restorebench.leaderboard.board import Column
from restorebench.leaderboard.headings import DATASET, headings, names_of, refuse_twice
from restorebench.leaderboard.ranking.values import Floats, Values
from restorebench.leaderboard.records.intake import COSTS

_DIGITS = 3
_SHOWN = ("images", "place", "tie")
"""What every table has beside scores and costs."""


@dataclass(frozen=True)
class Outside:
    """Numbers per row and, unless `datasets` is empty, per data set, one for each row of `values`.

    `better` says for each column whether higher is better. `path` is the file that they are from.
    """

    values: Values = field(default_factory=Values)
    better: Mapping[str, bool] = field(default_factory=dict)
    datasets: Sequence[str] = ()
    path: Path = Path()

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns as a board shows them."""
        names = self.better.items()
        return tuple(Column(n, n.replace("_", " ").upper(), up, digits=_DIGITS) for n, up in names)

    def of(self, dataset: str, labels: Collection[str]) -> Values:
        """The numbers for the rows `labels` of one data set, in the columns that have any."""
        own = {composed(label): label for label in labels}
        names = enumerate(self.values.labels)
        lines = [n for n, name in names if name in own and self._is_of(n, dataset)]
        found = self.values.take(np.array(lines, np.intp))
        there = {name: column for name, column in found.columns.items() if _has_any(column)}
        return Values(tuple(own[name] for name in found.labels), there)

    def _is_of(self, line: int, dataset: str) -> bool:
        return not self.datasets or self.datasets[line] == dataset

    def refuse(self, columns: Collection[str]) -> None:
        """Raise `OptionError` where one of `columns`, which a board has already, is among these."""
        if twice := sorted({*columns, *COSTS, *_SHOWN} & {*self.better}):
            msg = f"{self.path} has a column {twice[0]}, which the table has already; rename it, "
            raise OptionError(f"{msg}to {twice[0]}_given say")

    def elsewhere(self, datasets: Collection[str]) -> list[str]:
        """The data sets of rows that are not among `datasets`, in the order of the file."""
        return [name for name in dict.fromkeys(self.datasets) if name not in datasets]

    def unmatched(self, labels: Collection[str]) -> list[str]:
        """The names of rows that are not among `labels`, in the order of the file."""
        own = {composed(label) for label in labels}
        return [name for name in dict.fromkeys(self.values.labels) if name not in own]


def read_outside(path: Path) -> Outside:
    """The columns of a CSV file: names (`headings.NAMES`), perhaps ``dataset``, and numbers.

    Higher is better, except in a column whose heading ends with a minus or an arrow down
    (``defects-``); an empty cell is a missing value. Raises `OptionError` for any other file.
    """
    table = read_table(path)
    found = headings(table)
    name = names_of(table, found, more := "one of numbers, such as mos")
    numbers = [column for column in found if column not in {name, DATASET}]
    if not numbers:
        msg = f"{path} needs {more}"
        raise OptionError(msg)
    keys = [table.columns[found[key].written] for key in (name, DATASET) if key in found]
    refuse_twice(table, zip(*keys, strict=True))
    values = {column: table.numbers(found[column].written) for column in numbers}
    better = {column: found[column].higher_is_better is not False for column in numbers}
    return Outside(Values.of(keys[0], values), better, keys[1] if DATASET in found else (), path)


def _has_any(column: Floats) -> bool:
    return not np.isnan(column).all()
