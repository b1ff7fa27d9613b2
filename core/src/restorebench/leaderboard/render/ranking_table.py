"""The ranking table: the rows of a board's sections under one set of columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from restorebench.leaderboard.board import Board, Row, Section
from restorebench.leaderboard.format import one_line, short_hash
from restorebench.leaderboard.render.legend import legend
from restorebench.leaderboard.render.ranking_fields import ranking_fields
from restorebench.leaderboard.render.table import Field, Table, TableColumn, TableRow, TableSection


def ranking_table(board: Board, sections: Sequence[Section]) -> Table:
    """The rows of some sections of a board; a column that one of them needs is there for all."""
    fields = list(ranking_fields(board, sections))
    table = Table(
        one_line(board.task.title),
        tuple(_kept(field.column, board) for field in fields),
        tuple(TableSection(_title(board, s), _rows(s, fields)) for s in sections),
        tuple(dict.fromkeys(note for s in sections for note in legend(board, s))),
    )
    return table.with_footnotes(board.footnotes)


def _kept(column: TableColumn, board: Board) -> TableColumn:
    """A column that ranks is never hidden."""
    return replace(column, priority=0) if column.key in board.ranking_columns else column


def _title(board: Board, section: Section) -> str:
    """The section's name and, where its data set comes twice, what tells it apart."""
    same = [s for s in board.sections if (s.dataset, s.split) == (section.dataset, section.split)]
    parts = [section.name]
    if len({s.dataset_hash for s in same}) > 1:
        parts.append(short_hash(section.dataset_hash))
    if len({s.protocol_hash for s in same}) > 1:
        parts.append(one_line(section.protocol))
    if len({s.protocol_hash for s in same if s.protocol == section.protocol}) > 1:
        parts.append(short_hash(section.protocol_hash))
    return " · ".join(parts)


def _rows(section: Section, fields: Sequence[Field]) -> tuple[TableRow, ...]:
    columns = [field.cells(section) for field in fields]
    return tuple(
        TableRow(tuple(cells), one_line(row.label), frozenset(_roles(row)))
        for row, *cells in zip(section.rows, *columns, strict=True)
    )


def _roles(row: Row) -> Iterator[str]:
    known = {
        "reference": row.reference,
        "baseline": row.baseline,
        "disqualified": bool(row.disqualified),
        "incomplete": not row.complete,
        "unranked": row.rank is None,
    }
    return (role for role, holds in known.items() if holds)
