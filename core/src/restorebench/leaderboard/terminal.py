"""Boards for a terminal: one ranked table per task, a band of rows per data set."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich import box
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from restorebench.leaderboard import text
from restorebench.leaderboard.board import Board, Column, Row, Section
from restorebench.leaderboard.grid import Cell, Heading, all_columns, cells, headings

WIDTH = 100
"""Columns of a terminal into which a board fits."""
_NAME = 18
"""Columns that restorers' names have at least; longer ones are folded."""


def terminal(boards: Sequence[Board]) -> RenderableType:
    """All boards as something that rich prints."""
    return Group(*map(BoardTable, boards))


def plain(boards: Sequence[Board]) -> str:
    """All boards as text without colours, `WIDTH` columns wide."""
    console = Console(width=WIDTH, color_system=None, force_terminal=False, legacy_windows=False)
    with console.capture() as captured:
        console.print(terminal(boards))
    return captured.get()


@dataclass(frozen=True)
class BoardTable:
    """One board as something that rich prints; leaves out columns that the width has no room for.

    The ranking column stays; a line below the table names what is left out.
    """

    board: Board

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        columns = all_columns(self.board)
        room = options.max_width
        while len(columns) > 1 and _needs(console, options, self.board, columns) > room:
            columns = columns[:-1]
        yield _table(self.board, columns)
        yield from _below(self.board, all_columns(self.board)[len(columns) :])
        yield Text()


def _needs(console: Console, options: ConsoleOptions, board: Board, columns: list[Column]) -> int:
    """The width of the table with names folded and nothing else."""
    narrow = _table(board, columns, longest_name=_NAME)
    return Measurement.get(console, options.update(max_width=1000), narrow).maximum


def _below(board: Board, left_out: Sequence[Column]) -> Iterator[Text]:
    for number, note in enumerate(board.footnotes, 1):
        yield Text(f"{text.marks([number]).strip()} {text.one_line(note)}", style="dim")
    if left_out:
        names = ", ".join(column.title for column in left_out)
        yield Text(f"No room for {names}: see the Markdown or CSV.", style="dim")
    for section in board.sections:
        protocol = f"protocol {section.protocol} {text.short(section.protocol_hash)}"
        pixels = f"pixels {text.short(section.dataset_hash)}"
        where = f"{section.dataset} · {section.split}: {section.images} images"
        yield Text(f"{where}, {pixels}, {protocol}", style="dim")


def _table(board: Board, columns: Sequence[Column], longest_name: int | None = None) -> Table:
    title = Text(text.one_line(board.task.title), style="bold")
    table = Table(
        box=box.SIMPLE_HEAD,
        title=title,
        title_justify="left",
        pad_edge=False,
        collapse_padding=True,
    )
    for head in headings(board, columns, board.sections):
        left = head.text_column
        table.add_column(
            _heading(head),
            justify="left" if left else "right",
            overflow="fold",
            no_wrap=not left,
            min_width=_NAME if left else None,
            max_width=longest_name if left else None,
        )
    for section in board.sections:
        _band(table, board, section, columns)
    return table


def _heading(head: Heading) -> Text:
    """A heading that is as narrow as it can be: a line per word, the arrow beside the shortest."""
    words = head.title.split(" ")
    place = min(range(len(words)), key=lambda n: (len(words[n]), -n))
    words[place] = f"{words[place]} {head.arrow}".strip()
    return Text("\n".join([*words, *head.marks.split()]))


def _band(table: Table, board: Board, section: Section, columns: Sequence[Column]) -> None:
    table.add_row("", Text(_name(board, section), style="bold cyan"))
    for row in section.rows:
        line = cells(board, section, row, columns)
        table.add_row(*map(_cell, line), style=_style(row))
    table.add_section()


def _name(board: Board, section: Section) -> str:
    """The data set, its split unless that is the usual one, and its hashes where it comes twice."""
    name = section.dataset + ("" if section.split == "test" else f" · {section.split}")
    if sum((s.dataset, s.split) == (section.dataset, section.split) for s in board.sections) < 2:
        return name
    hashes = map(text.short, (section.dataset_hash, section.protocol_hash))
    return f"{name} · {' '.join(hashes)}"


def _style(row: Row) -> str:
    if not row.complete:
        return "dim"
    return "italic" if row.reference else ""


def _cell(cell: Cell) -> Text:
    return Text(cell.text, style="bold green" if cell.best else "").append(cell.marks)
