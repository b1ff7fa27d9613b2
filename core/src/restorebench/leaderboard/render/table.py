"""A table before it has a format: what each column and cell says, decided once for all formats."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

from restorebench.leaderboard.board import Section

Emphasis: TypeAlias = Literal["", "best", "second"]


@dataclass(frozen=True)
class Cell:
    """Plain text, its footnote numbers, and the number behind it that columns are sorted by.

    `emphasis` marks the best and the second best of a column, among ranked rows only. `tags` say
    what kind of row a name belongs to (``ref``, ``baseline``). `detail` is the interval of a mean,
    for formats that show one under every score.
    """

    text: str
    marks: tuple[int, ...] = ()
    emphasis: Emphasis = ""
    value: float | None = None
    tags: tuple[str, ...] = ()
    detail: str = ""

    @property
    def label(self) -> str:
        """The text with its tags: ``identity (ref)``."""
        if not self.tags:
            return self.text
        return " ".join([self.text, *(f"({tag})" for tag in self.tags)])


@dataclass(frozen=True)
class TableColumn:
    """A heading and how its cells are read.

    `arrow` is shown beside the title; `higher_is_better` is known of more columns than have one.
    `left` aligns texts to the left, numbers stand to the right. Where the width is short, the
    column with the highest `priority` number is hidden first and one with 0 never.
    """

    key: str
    title: str
    arrow: str = ""
    unit: str = ""
    higher_is_better: bool | None = None
    left: bool = False
    marks: tuple[int, ...] = ()
    priority: int = 0

    @property
    def heading(self) -> str:
        """Title and arrow on one line."""
        return f"{self.title} {self.arrow}".strip()


@dataclass(frozen=True)
class TableRow:
    """The cells of one row, in the order of the columns.

    `name` is what a filter searches; `roles` is any of ``reference``, ``baseline``,
    ``disqualified``, ``incomplete`` and ``unranked``.
    """

    cells: tuple[Cell, ...]
    name: str = ""
    roles: frozenset[str] = frozenset()


@dataclass(frozen=True)
class TableSection:
    """Rows under a heading of their own."""

    title: str
    rows: tuple[TableRow, ...]


@dataclass(frozen=True)
class Table:
    """Columns, rows in sections, and what stands below.

    `notes` are sentences on how to read the table, `footnotes` the texts of the numbers that its
    cells and headings carry.
    """

    title: str
    columns: tuple[TableColumn, ...]
    sections: tuple[TableSection, ...]
    notes: tuple[str, ...] = ()
    footnotes: Mapping[int, str] = field(default_factory=dict)

    @property
    def rows(self) -> Iterator[TableRow]:
        """The rows of all sections."""
        return (row for section in self.sections for row in section.rows)

    def without(self, hidden: Collection[TableColumn]) -> Table:
        """The table without some of its columns."""
        kept = [n for n, column in enumerate(self.columns) if column not in hidden]
        sections = (
            replace(
                section,
                rows=tuple(replace(r, cells=tuple(r.cells[n] for n in kept)) for r in section.rows),
            )
            for section in self.sections
        )
        columns = tuple(self.columns[n] for n in kept)
        return replace(self, columns=columns, sections=tuple(sections))

    def with_footnotes(self, texts: Sequence[str]) -> Table:
        """The table with those of `texts`, numbered from 1, that its cells and headings use."""
        cells = (cell.marks for row in self.rows for cell in row.cells)
        used = {n for marks in (*cells, *(c.marks for c in self.columns)) for n in marks}
        return replace(self, footnotes={n: texts[n - 1] for n in sorted(used)})


@dataclass(frozen=True)
class Field:
    """A column and what makes its cells for the rows of a section."""

    column: TableColumn
    cells: Callable[[Section], Sequence[Cell]]


def plain_table(
    title: str, columns: Sequence[TableColumn], lines: Sequence[Sequence[Cell]], name: int = 0
) -> Table:
    """A table of one section; `name` is the column that names the rows."""
    rows = tuple(TableRow(tuple(line), line[name].text) for line in lines)
    return Table(title, tuple(columns), (TableSection("", rows),))
