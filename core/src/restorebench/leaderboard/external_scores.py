"""Numbers from elsewhere, such as mean opinion scores: a CSV file becomes columns of a board."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from restorebench.console import composed
from restorebench.csv_table import read_table
from restorebench.errors import OptionError
from restorebench.leaderboard.board import Column
from restorebench.leaderboard.headings import DATASET, headings, names_of, refuse_twice

_DIGITS = 3


@dataclass(frozen=True)
class Outside:
    """Numbers per row and, where `table` has a column `dataset`, per data set.

    `table` is indexed by the rows' labels; `better` says for each other column whether higher is
    better. `path` is the file that they are from.
    """

    table: pd.DataFrame = field(default_factory=pd.DataFrame)
    better: Mapping[str, bool] = field(default_factory=dict)
    path: Path = Path()

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns as a board shows them."""
        names = self.better.items()
        return tuple(Column(n, n.replace("_", " ").upper(), up, digits=_DIGITS) for n, up in names)

    def of(self, dataset: str, labels: Collection[str]) -> pd.DataFrame:
        """The numbers for the rows `labels` of one data set, in the columns that have any."""
        if not self.better:
            return pd.DataFrame()
        own = {composed(label): label for label in labels}
        table = self.table[[label in own for label in self.table.index]]
        if DATASET in table:
            table = table[table[DATASET] == dataset]
        return table[list(self.better)].rename(index=own).dropna(axis=1, how="all")

    def refuse(self, columns: Collection[str]) -> None:
        """Raise `OptionError` where one of `columns`, which a board has already, is among these."""
        if twice := sorted({*columns} & {*self.better}):
            msg = f"{self.path} has a column {twice[0]}, which the table has already; rename it, "
            raise OptionError(f"{msg}to {twice[0]}_given say")

    def unmatched(self, labels: Collection[str]) -> list[str]:
        """The names of rows that are not among `labels`, in the order of the file."""
        own = {composed(label) for label in labels}
        return [name for name in dict.fromkeys(self.table.index) if name not in own]


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
    texts = {key: table.columns[found[key].written] for key in (name, DATASET) if key in found}
    refuse_twice(table, zip(*texts.values(), strict=True))
    values = {column: table.numbers(found[column].written) for column in numbers}
    frame = pd.DataFrame(values | {k: v for k, v in texts.items() if k != name}, index=texts[name])
    better = {column: found[column].higher_is_better is not False for column in numbers}
    return Outside(frame, better, path)
