"""Numbers from elsewhere, such as mean opinion scores: a CSV file becomes columns of a board."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from restorebench.errors import OptionError
from restorebench.leaderboard.board import Column
from restorebench.leaderboard.published import read_frame

NAMES = ("restorer", "team", "method", "label")
"""Headings that the column of names may have."""
_DIGITS = 3


@dataclass(frozen=True)
class Outside:
    """Numbers per row and, where `table` has a column `dataset`, per data set.

    `table` is indexed by the rows' labels; `better` says for each other column whether higher is
    better.
    """

    table: pd.DataFrame = field(default_factory=pd.DataFrame)
    better: Mapping[str, bool] = field(default_factory=dict)

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns as a board shows them."""
        names = self.better.items()
        return tuple(Column(n, n.replace("_", " ").upper(), up, digits=_DIGITS) for n, up in names)

    def of(self, dataset: str, labels: set[str]) -> pd.DataFrame:
        """The numbers for the rows `labels` of one data set, in the columns that have any."""
        if not self.better:
            return pd.DataFrame()
        table = self.table[[label in labels for label in self.table.index]]
        if "dataset" in table:
            table = table[table["dataset"] == dataset]
        return table[list(self.better)].astype(float).dropna(axis=1, how="all")


def read_outside(path: Path) -> Outside:
    """The columns of a CSV file: names (`NAMES`), perhaps ``dataset``, and numbers.

    Higher is better, except in a column whose heading ends with a minus (``defects-``); an empty
    cell is a missing value. Raises `OptionError` for any other file.
    """
    table = read_frame(path)
    name = next((name for name in NAMES if name in table), None)
    numbers = [c for c in table if c not in {name, "dataset"}]
    if name is None or not numbers:
        msg = f"{path} needs a column of names ({', '.join(NAMES)}) and one of numbers, such as mos"
        raise OptionError(msg)
    for column in numbers:
        table[column] = _numbers(path, table[column])
    _refuse_twice(path, table, [c for c in (name, "dataset") if c in table])
    better = {column.rstrip("-"): not column.endswith("-") for column in numbers}
    table.columns = [c.rstrip("-") if c in numbers else c for c in table]
    return Outside(table.set_index(name), better)


def _numbers(path: Path, column: pd.Series) -> pd.Series:
    written = column.where(column.str.strip() != "")
    found = pd.to_numeric(written, errors="coerce")
    wrong = written[written.notna() & found.isna()]
    if len(wrong):
        msg = f"{path}, line {wrong.index[0] + 2}: {column.name} is {wrong.iloc[0]!r}, not a number"
        raise OptionError(msg)
    return found


def _refuse_twice(path: Path, table: pd.DataFrame, keys: list[str]) -> None:
    twice = table[table.duplicated(keys)]
    if len(twice):
        what = ", ".join(map(str, twice[keys].iloc[0]))
        msg = f"{path}, line {twice.index[0] + 2}: {what} comes twice"
        raise OptionError(msg)
