"""Published rows and overall tables as headings and cells."""

from __future__ import annotations

from collections.abc import Sequence

from restorebench.leaderboard import format as text
from restorebench.leaderboard.board import Column, Overall, PublishedRow
from restorebench.leaderboard.render.costs import scaled
from restorebench.leaderboard.render.table import Cell, Heading

Lines = tuple[list[Heading], list[list[Cell]]]


def published_lines(
    rows: Sequence[PublishedRow], columns: Sequence[Column] = (), source: str = ""
) -> Lines:
    """The rows of papers, in their own order; `columns` are those of the table that they join.

    Of a table whose rows all come from `source` neither source nor protocol is repeated.
    """
    known = {column.name: column for column in columns}
    names = list(dict.fromkeys(name for row in rows for name in row.means))
    names.sort(key=lambda name: list(known).index(name) if name in known else len(known))
    sized = any(row.cost.parameters is not None for row in rows)
    heads = [
        Heading("method", text_column=True),
        *(_heading(name, known) for name in names),
        *([Heading("params")] if sized else []),
    ]
    lines = [_published(row, names, sized) for row in rows]
    if any(row.source != source for row in rows):
        heads += [Heading("protocol", text_column=True), Heading("source", text_column=True)]
        lines = [[*line, *_origin(row)] for line, row in zip(lines, rows, strict=True)]
    return heads, lines


def _heading(name: str, known: dict[str, Column]) -> Heading:
    column = known.get(name)
    return (
        Heading(name.upper().replace("_", " "))
        if column is None
        else Heading(column.title, column.arrow)
    )


def _published(row: PublishedRow, names: Sequence[str], sized: bool) -> list[Cell]:
    return [
        Cell(row.method),
        *(Cell(row.printed.get(name) or _plain(row.means.get(name))) for name in names),
        *([Cell(scaled(row.cost.parameters))] if sized else []),
    ]


def _plain(value: float | None) -> str:
    return text.ABSENT if value is None else f"{value:g}"


def _origin(row: PublishedRow) -> list[Cell]:
    known = "the same" if row.protocol_known else row.note or "protocol unknown"
    return [Cell(known), Cell(row.source)]


def overall_lines(found: Overall) -> Lines:
    """An overall table: mean rank, Borda points, and the rank in each section."""
    heads = [
        Heading("#"),
        Heading("restorer", text_column=True),
        Heading("mean rank", "↓"),
        Heading("Borda", "↑"),
        *(Heading(name) for name in found.sections),
    ]
    lines = [
        [
            Cell(str(row.rank)),
            Cell(row.label),
            Cell(f"{row.mean_rank:.2f}"),
            Cell(text.score(row.borda)),
            *(Cell(text.score(row.ranks[name])) for name in found.sections),
        ]
        for row in found.rows
    ]
    return heads, lines
