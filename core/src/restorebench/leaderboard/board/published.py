"""Rows and tables that others have published, as boards show them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from restorebench.leaderboard.board.row import RowCost


@dataclass(frozen=True)
class Check:
    """What was measured here for a published row, by column.

    `agreeing` are the columns in which that gives the printed number; `conditions` says of what
    and how it was measured.
    """

    measured: Mapping[str, float]
    agreeing: tuple[str, ...]
    conditions: str


@dataclass(frozen=True)
class PublishedRow:
    """A row of a paper's or challenge's table, under the names of this board's columns.

    Such a row is never ranked with rows that were run here. `protocol` is ours by which the source
    scored, empty where that is not known; `same_protocol` says whether the section has it, and
    `needs` in words which one the numbers need. `second_hand` names whoever quotes the number,
    empty for a method's own authors and for organisers. `caveat` is what is known of the table.
    `printed` has the means with the digits that the source gives.
    """

    method: str
    means: Mapping[str, float]
    source: str
    protocol: str = ""
    same_protocol: bool = False
    needs: str = ""
    second_hand: str = ""
    caveat: str = ""
    check: Check | None = None
    cost: RowCost = field(default_factory=RowCost)
    printed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class PublishedTable:
    """What one source reports of one data set: rows in the order of the source.

    `dataset` is the name that a section of the same data set has, or one of `also`; `title` the one
    to show. `columns` are names of metrics; `protocol`, `needs` and `note` are those of the rows.
    """

    task: str
    dataset: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[PublishedRow, ...]
    source: str
    also: tuple[str, ...] = ()
    protocol: str = ""
    needs: str = ""
    note: str = ""
