"""Boards for a terminal: one ranked table per task, a band of rows per data set."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.text import Text

from restorebench.leaderboard.board import Board, Section
from restorebench.leaderboard.format import one_line, short_hash, superscript
from restorebench.leaderboard.methods.board import method_board
from restorebench.leaderboard.render.legend import about, ranked_by
from restorebench.leaderboard.render.method_table import method_table
from restorebench.leaderboard.render.papers import overall_table, published_beside
from restorebench.leaderboard.render.ranking_table import ranking_table
from restorebench.leaderboard.render.rich_table import Drawn, widest, width
from restorebench.leaderboard.render.table import Table, TableColumn
from restorebench.leaderboard.render.win_table import win_tables

View: TypeAlias = Callable[[Sequence[Board]], RenderableType]
WIDTH = 100
"""Width of the text of `plain`, in characters."""


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
        yield Drawn(table.without(hidden))
        yield from _below(self.board, hidden)
        yield from _more(self.board)
        yield Text()


@dataclass(frozen=True)
class NotedTable:
    """A table with its notes below, without the columns that do not fit."""

    table: Table

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        hidden = _hidden(console, self.table, options.max_width)
        yield Drawn(self.table.without(hidden))
        yield from _hidden_names(hidden)
        yield from (Text(note, style="dim") for note in self.table.notes)
        yield Text()


def _hidden(console: Console, table: Table, most: int) -> list[TableColumn]:
    """The columns without which the table fits, in their order."""
    spare = sorted((c for c in table.columns if c.priority), key=lambda column: -column.priority)
    small = widest(table)

    def fits(count: int) -> bool:
        return width(console, small.without(spare[:count])) <= most

    count = bisect_left(range(len(spare)), True, key=fits)  # with all of them hidden it has to do
    return [column for column in table.columns if column in spare[:count]]


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
        yield from (Text(), Drawn(overall_table(board.overall)))
