"""Boards for a terminal: one ranked table per task, a band of rows per data set."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from rich import box
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.measure import Measurement
from rich.table import Table as RichTable
from rich.text import Text

from restorebench.leaderboard.board import Board, Section
from restorebench.leaderboard.format import one_line, short_hash, superscript
from restorebench.leaderboard.methods.board import method_board
from restorebench.leaderboard.render.legend import about, ranked_by
from restorebench.leaderboard.render.method_table import method_table
from restorebench.leaderboard.render.papers import overall_table, published_beside
from restorebench.leaderboard.render.ranking_table import ranking_table
from restorebench.leaderboard.render.table import Cell, Table, TableColumn, TableRow, TableSection
from restorebench.leaderboard.render.win_table import win_tables

View: TypeAlias = Callable[[Sequence[Board]], RenderableType]
WIDTH = 100
"""Width of the text of `plain`, in characters."""
_NAME, _LONG_NAME = 18, 24
"""The least width of the column of names, and the width from which names are folded."""


def terminal(boards: Sequence[Board]) -> RenderableType:
    """All boards as something that rich prints, the board of methods over all of them first."""
    found = method_board(boards)
    first = [] if found is None else [NotedTable(method_table(found))]
    return Group(*first, *map(BoardTable, boards))


def wins(boards: Sequence[Board]) -> RenderableType:
    """The second view: win rates and strengths over all tasks, and of each board."""
    tables = [NotedTable(table) for table in win_tables(boards)]
    return Group(*tables) if tables else Text("There are no two rows with the same images.")


def plain(boards: Sequence[Board], view: View = terminal) -> str:
    """A view of all boards as text without colours, `WIDTH` columns wide."""
    console = Console(width=WIDTH, color_system=None, force_terminal=False, legacy_windows=False)
    with console.capture() as captured:
        console.print(view(boards))
    return captured.get()


@dataclass(frozen=True)
class BoardTable:
    """One board as something that rich prints, without the columns that do not fit.

    Columns that rank are always shown; a line below the table names what is hidden.
    """

    board: Board

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        table = ranking_table(self.board, self.board.sections)
        hidden = _hidden(console, table, options.max_width)
        yield _drawn(table.without(hidden))
        yield from _below(self.board, hidden)
        yield from _more(self.board)
        yield Text()


@dataclass(frozen=True)
class NotedTable:
    """A table with its notes below, without the columns that do not fit."""

    table: Table

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        hidden = _hidden(console, self.table, options.max_width)
        yield _drawn(self.table.without(hidden))
        yield from _hidden_names(hidden)
        yield from (Text(note, style="dim") for note in self.table.notes)
        yield Text()


def _hidden(console: Console, table: Table, width: int) -> list[TableColumn]:
    """The columns without which the table fits, in their order."""
    spare = sorted((c for c in table.columns if c.priority), key=lambda column: -column.priority)
    widest = _widest(table)

    def fits(count: int) -> bool:
        return _width(console, widest.without(spare[:count])) <= width

    count = bisect_left(range(len(spare)), True, key=fits)  # with all of them hidden it has to do
    return [column for column in table.columns if column in spare[:count]]


def _widest(table: Table) -> Table:
    """A table that is as wide: in one row the widest cell of each column."""
    columns = zip(*(row.cells for row in table.rows), strict=True)
    cells = tuple(max(column, key=lambda cell: _cell_width(_text(cell))) for column in columns)
    titles = [section.title for section in table.sections]
    row = TableSection(
        max(titles, key=_cell_width, default=""), (TableRow(cells),) if cells else ()
    )
    return replace(table, sections=(row,))


def _cell_width(text: str) -> int:
    return max(map(cell_len, text.splitlines()), default=0)


def _width(console: Console, table: Table) -> int:
    """The width of the table with long names folded and nothing else."""
    options = console.options.update(max_width=1000)
    return Measurement.get(console, options, _drawn(table, _LONG_NAME)).maximum


def _below(board: Board, hidden: Sequence[TableColumn]) -> Iterator[Text]:
    for number, note in enumerate(board.footnotes, 1):
        yield Text(f"{superscript([number]).strip()} {one_line(note)}", style="dim")
    yield from _hidden_names(hidden)
    yield Text(f"Ranked by {ranked_by(board)}.", style="dim")
    for section in board.sections:
        yield Text(_origin(section), style="dim")
        if section.doubt:
            yield Text(f"  {section.doubt}", style="dim")


def _hidden_names(hidden: Sequence[TableColumn]) -> Iterator[Text]:
    if hidden:
        names = ", ".join(column.title for column in hidden)
        yield Text(f"Columns hidden (terminal too narrow): {names}.", style="dim")


def _origin(section: Section) -> str:
    """Data set, images, pixels and protocol of a section."""
    if not section.has_images:
        return ": ".join(about(section))
    protocol = f"protocol {section.protocol} {short_hash(section.protocol_hash)}"
    pixels = f"pixels {short_hash(section.dataset_hash)}"
    where = f"{section.dataset} · {section.split}: {section.size}"
    return f"{where}, {pixels}, {protocol}"


def _more(board: Board) -> Iterator[RenderableType]:
    """The tables below the ranking: published rows, and the ranks over data sets."""
    for section in board.sections:
        if section.published:
            yield from (Text(), NotedTable(published_beside(section)))
    if board.published:
        rows = sum(len(table.rows) for table in board.published)
        sets = len({table.dataset for table in board.published})
        where = f"{sets} data sets that were" if sets != 1 else "1 data set that was"
        what = f"{rows} published row{'s' * (rows != 1)} on {where} not run here"
        yield Text(f"{what}: see the Markdown.", style="dim")
    if board.overall is not None:
        yield from (Text(), _drawn(overall_table(board.overall)))


def _drawn(table: Table, longest_name: int | None = None) -> RichTable:
    drawn = RichTable(
        box=box.SIMPLE_HEAD,
        title=Text(one_line(table.title), style="bold"),
        title_justify="left",
        pad_edge=False,
        collapse_padding=True,
    )
    for column in table.columns:
        _add_column(drawn, column, longest_name)
    for section in table.sections:
        if section.title:
            drawn.add_row("", Text(section.title, style="bold cyan"))
        for row in section.rows:
            drawn.add_row(*map(_cell, row.cells), style=_style(row))
        if section.title:
            drawn.add_section()
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
    return cell.label + superscript(cell.marks)
