"""What a leaderboard is: columns, rows, sections of one protocol and one set of pixels, boards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from restorebench.specs import TaskSpec

LABEL = ""
"""The key of a row's `notes` that belongs to its label."""


@dataclass(frozen=True)
class Column:
    """One scored column, such as ``psnr_mask`` with the title ``PSNR mask``.

    `higher_is_better` is None where the metric is not installed here.
    """

    name: str
    title: str
    higher_is_better: bool | None
    unit: str = ""
    digits: int = 4

    @property
    def arrow(self) -> str:
        """Which way is better."""
        return {True: "↑", False: "↓", None: ""}[self.higher_is_better]


@dataclass(frozen=True)
class Row:
    """One restorer in one section.

    `means` holds the columns that have a mean; `delta` is the ranking mean less the reference
    row's. `rank` is None for a row that cannot be ranked, and `complete` says whether it has all
    images of its section without a failure. `notes` maps a column (or `LABEL`) to footnotes.
    """

    label: str
    rank: int | None
    means: Mapping[str, float]
    delta: float | None
    images: int
    failed: int
    draws: int
    seconds: float | None
    reference: bool
    complete: bool
    notes: Mapping[str, tuple[int, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Section:
    """Rows that may be compared: one data set, split, protocol and content of both."""

    dataset: str
    split: str
    protocol: str
    protocol_hash: str
    dataset_hash: str
    images: int
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    notes: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    def best(self, column: Column) -> float | None:
        """The best mean among the complete rows; None unless at least two can be compared."""
        means = [r.means[column.name] for r in self.rows if r.complete and column.name in r.means]
        if len(means) < 2 or column.higher_is_better is None:
            return None
        return max(means) if column.higher_is_better else min(means)


@dataclass(frozen=True)
class Board:
    """All sections of one task; `footnotes` are numbered from 1."""

    task: TaskSpec
    sections: tuple[Section, ...]
    footnotes: tuple[str, ...]
    versions: tuple[str, ...] = ()

    def column(self, name: str) -> Column | None:
        """The first section's column of that name."""
        columns = (c for section in self.sections for c in section.columns)
        return next((c for c in columns if c.name == name), None)
