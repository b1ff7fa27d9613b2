"""A table as rich draws it; plain rows that follow each other are drawn together.

rich measures, wraps and pads each cell anew, which takes longer than the statistics of a small
board. Rows of one line and without a style are one row to it, whose cells have a line for each.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from rich import box
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.measure import Measurement
from rich.segment import Segment
from rich.table import Table as RichTable
from rich.text import Text

from restorebench.leaderboard.format import one_line, superscript
from restorebench.leaderboard.render.table import Cell, Table, TableColumn, TableRow, TableSection

_NAME, _LONG_NAME = 18, 24
"""The least width of the column of names, and the width from which names are folded."""


@dataclass(frozen=True)
class Drawn:
    """A table with all of its columns as something that rich prints."""

    table: Table

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        together = width(console, widest(self.table)) <= options.max_width
        drawn = _headed(self.table)
        for section in self.table.sections:
            if section.title:
                drawn.add_row("", Text(section.title, style="bold cyan"))
            _add_rows(drawn, section.rows, self.table.columns, together=together)
            if section.title:
                drawn.add_section()
        yield drawn


@dataclass(frozen=True)
class _Lines:
    """The cells of one column in several rows, each one line that is no wider than the column."""

    texts: Sequence[str]
    left: bool

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        widest_line = max(map(cell_len, self.texts))
        return Measurement(widest_line, widest_line)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for text in self.texts:
            space = " " * (options.max_width - cell_len(text))
            yield Segment(text + space if self.left else space + text)
            yield Segment.line()


def widest(table: Table) -> Table:
    """A table that is as wide: in one row the widest cell of each column."""
    columns = zip(*(row.cells for row in table.rows), strict=True)
    cells = tuple(max(column, key=lambda cell: _cell_width(_text(cell))) for column in columns)
    titles = [section.title for section in table.sections]
    row = TableSection(
        max(titles, key=_cell_width, default=""), (TableRow(cells),) if cells else ()
    )
    return replace(table, sections=(row,))


def width(console: Console, table: Table) -> int:
    """The width of a table of few rows with long names folded and nothing else."""
    drawn = _headed(table, _LONG_NAME)
    for section in table.sections:
        drawn.add_row("", Text(section.title))
        for row in section.rows:
            drawn.add_row(*map(_cell, row.cells))
    options = console.options.update(max_width=1000)
    return Measurement.get(console, options, drawn).maximum


def _add_rows(
    drawn: RichTable,
    rows: Sequence[TableRow],
    columns: Sequence[TableColumn],
    *,
    together: bool,
) -> None:
    for plain, found in groupby(rows, key=lambda row: together and _is_plain(row, columns)):
        if plain:
            drawn.add_row(*_packed(list(found), columns))
            continue
        for row in found:
            drawn.add_row(*map(_cell, row.cells), style=_style(row))


def _packed(rows: Sequence[TableRow], columns: Sequence[TableColumn]) -> Iterator[RenderableType]:
    for place, column in enumerate(columns):
        yield _Lines([_text(row.cells[place]) for row in rows], column.left)


def _is_plain(row: TableRow, columns: Sequence[TableColumn]) -> bool:
    """Whether a row has no style, and one line where names are folded and nothing else is."""
    if _style(row) or any(cell.emphasis == "best" for cell in row.cells):
        return False
    texts = [(_text(cell), c.left) for cell, c in zip(row.cells, columns, strict=True)]
    return not any(
        "\n" in text or "\t" in text or (left and cell_len(text) > _LONG_NAME)
        for text, left in texts
    )


def _cell_width(text: str) -> int:
    return max(map(cell_len, text.splitlines()), default=0)


def _headed(table: Table, longest_name: int | None = None) -> RichTable:
    """The table without its rows."""
    drawn = RichTable(
        box=box.SIMPLE_HEAD,
        title=Text(one_line(table.title), style="bold"),
        title_justify="left",
        pad_edge=False,
        collapse_padding=True,
    )
    for column in table.columns:
        _add_column(drawn, column, longest_name)
    return drawn


def _add_column(table: RichTable, column: TableColumn, longest: int | None) -> None:
    table.add_column(
        _heading(column),
        justify="left" if column.left else "right",
        overflow="fold",
        no_wrap=not column.left,
        min_width=_NAME if column.key == "restorer" else None,
        max_width=longest if column.left else None,
    )


def _heading(column: TableColumn) -> Text:
    """A heading that is as narrow as it can be: a line per word, the arrow beside the shortest."""
    words = column.title.split(" ")
    place = min(range(len(words)), key=lambda n: (len(words[n]), -n))
    words[place] = f"{words[place]} {column.arrow}".strip()
    return Text("\n".join([*words, *superscript(column.marks).split()]))


def _style(row: TableRow) -> str:
    if "incomplete" in row.roles:
        return "dim"
    return "italic" if "reference" in row.roles else ""


def _cell(cell: Cell) -> Text:
    return Text(_text(cell), style="bold green" if cell.emphasis == "best" else "")


def _text(cell: Cell) -> str:
    return cell.label + superscript(cell.marks) if cell.marks else cell.label
