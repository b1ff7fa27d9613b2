"""Boards for a terminal: one ranked table per task, a band of rows per data set."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich import box
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from restorebench.leaderboard import format as text
from restorebench.leaderboard.board import Board, Row, Section
from restorebench.leaderboard.render.legend import ranked_by
from restorebench.leaderboard.render.papers import overall_lines, published_lines
from restorebench.leaderboard.render.table import Cell, Field, Heading, cells, fields

WIDTH = 100
"""Columns of a terminal into which a board fits."""
_NAME, _LONG_NAME = 18, 24
"""Columns that restorers' names have at least; longer names than the second are folded."""


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
        columns = fields(self.board, self.board.sections)
        shown = list(columns)
        while _needs(console, options, self.board, shown) > options.max_width:
            spare = max(shown, key=lambda column: column.spare)
            if not spare.spare:
                break
            shown.remove(spare)
        yield _table(self.board, shown)
        yield from _below(self.board, [c for c in columns if c not in shown])
        yield from _more(self.board)
        yield Text()


def _needs(console: Console, options: ConsoleOptions, board: Board, columns: list[Field]) -> int:
    """The width of the table with names folded and nothing else."""
    narrow = _table(board, columns, longest_name=_LONG_NAME)
    return Measurement.get(console, options.update(max_width=1000), narrow).maximum


def _below(board: Board, left_out: Sequence[Field]) -> Iterator[Text]:
    for number, note in enumerate(board.footnotes, 1):
        yield Text(f"{text.marks([number]).strip()} {text.one_line(note)}", style="dim")
    if left_out:
        names = ", ".join(column.heading.title for column in left_out)
        yield Text(f"No room for {names}: see the Markdown or CSV.", style="dim")
    yield Text(f"Ranked by {ranked_by(board)}.", style="dim")
    for section in board.sections:
        protocol = f"protocol {section.protocol} {text.short(section.protocol_hash)}"
        pixels = f"pixels {text.short(section.dataset_hash)}"
        where = f"{section.dataset} · {section.split}: {section.images} images"
        yield Text(f"{where}, {pixels}, {protocol}", style="dim")
        if section.doubt:
            yield Text(f"  {section.doubt}", style="dim")


def _more(board: Board) -> Iterator[RenderableType]:
    """What stands apart from the ranked rows: those of papers, and the table over data sets."""
    for section in board.sections:
        if section.published:
            yield Text()
            title = f"Published for {section.dataset}, not run here"
            yield _plain_table(title, *published_lines(section.published, section.columns))
    if board.published:
        rows = sum(len(table.rows) for table in board.published)
        sets = len({table.dataset for table in board.published})
        where = f"{sets} data sets that were" if sets != 1 else "1 data set that was"
        what = f"{rows} published row{'s' * (rows != 1)} on {where} not run here"
        yield Text(f"{what}: see the Markdown.", style="dim")
    if board.overall is not None:
        yield Text()
        yield _plain_table(f"{board.overall.title} · overall", *overall_lines(board.overall))


def _plain_table(title: str, heads: Sequence[Heading], lines: Sequence[Sequence[Cell]]) -> Table:
    table = _empty(text.one_line(title))
    for head in heads:
        _add_column(table, head)
    for line in lines:
        table.add_row(*map(_cell, line))
    return table


def _table(board: Board, columns: Sequence[Field], longest_name: int | None = None) -> Table:
    table = _empty(text.one_line(board.task.title))
    for column in columns:
        _add_column(table, column.heading, longest_name)
    for section in board.sections:
        _band(table, board, section, columns)
    return table


def _empty(title: str) -> Table:
    return Table(
        box=box.SIMPLE_HEAD,
        title=Text(title, style="bold"),
        title_justify="left",
        pad_edge=False,
        collapse_padding=True,
    )


def _add_column(table: Table, head: Heading, longest: int | None = None) -> None:
    left = head.text_column
    table.add_column(
        _heading(head),
        justify="left" if left else "right",
        overflow="fold",
        no_wrap=not left,
        min_width=_NAME if left and head.title == "restorer" else None,
        max_width=longest if left else None,
    )


def _heading(head: Heading) -> Text:
    """A heading that is as narrow as it can be: a line per word, the arrow beside the shortest."""
    words = head.title.split(" ")
    place = min(range(len(words)), key=lambda n: (len(words[n]), -n))
    words[place] = f"{words[place]} {head.arrow}".strip()
    return Text("\n".join([*words, *head.marks.split()]))


def _band(table: Table, board: Board, section: Section, columns: Sequence[Field]) -> None:
    table.add_row("", Text(_name(board, section), style="bold cyan"))
    for row in section.rows:
        table.add_row(*map(_cell, cells(section, row, columns)), style=_style(row))
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
