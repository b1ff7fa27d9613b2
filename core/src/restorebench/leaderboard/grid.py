"""A section as cells of text, the same for every renderer that draws a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from restorebench.leaderboard import text
from restorebench.leaderboard.board import LABEL, Board, Column, Row, Section


@dataclass(frozen=True)
class Cell:
    """Text, whether it is the best of its column, and raised footnote numbers."""

    text: str
    marks: str = ""
    best: bool = False


@dataclass(frozen=True)
class Heading:
    """A column's heading; `text_column` is set flush left."""

    title: str
    arrow: str = ""
    marks: str = ""
    text_column: bool = False

    @property
    def text(self) -> str:
        """Title and arrow on one line."""
        return f"{self.title} {self.arrow}".strip()


def headings(board: Board, columns: Sequence[Column], sections: Sequence[Section]) -> list[Heading]:
    """The headings of a table of these sections with these scored columns."""
    scored = [Heading(c.title, c.arrow, text.marks(_notes(c, sections))) for c in columns]
    extra = [Heading("draws")] if has_draws(board) else []
    rest = [Heading("images"), *extra, Heading("s/img")]
    return [Heading("#"), Heading("restorer", text_column=True), *scored, _delta(board), *rest]


def cells(board: Board, section: Section, row: Row, columns: Sequence[Column]) -> list[Cell]:
    """The cells of one row, under `headings` of the same columns."""
    rank = Cell(text.ABSENT if row.rank is None else str(row.rank))
    mark = " (ref)" if row.reference else ""
    name = Cell(text.one_line(row.label) + mark, text.marks(row.notes.get(LABEL, ())))
    ranking = board.column(board.task.rank_by)
    delta = Cell(text.difference(row.delta, ranking.digits if ranking else 2))
    draws = [Cell(str(row.draws))] if has_draws(board) else []
    rest = [Cell(str(row.images)), *draws, Cell(text.seconds(row.seconds))]
    return [rank, name, *(_scored(section, row, c) for c in columns), delta, *rest]


def has_draws(board: Board) -> bool:
    """Whether any row has more than one draw per image."""
    return any(row.draws > 1 for section in board.sections for row in section.rows)


def all_columns(board: Board) -> list[Column]:
    """The scored columns of all sections, each name once."""
    found: dict[str, Column] = {}
    for section in board.sections:
        for column in section.columns:
            found.setdefault(column.name, column)
    return list(found.values())


def _notes(column: Column, sections: Sequence[Section]) -> list[int]:
    return sorted({n for section in sections for n in section.notes.get(column.name, ())})


def _delta(board: Board) -> Heading:
    ranking = board.column(board.task.rank_by)
    return Heading(f"Δ {ranking.title}" if ranking else "Δ")


def _scored(section: Section, row: Row, column: Column) -> Cell:
    if column not in section.columns:
        return Cell("")
    mean = row.means.get(column.name)
    best = row.complete and mean is not None and mean == section.best(column)
    shown = text.number(mean, column.digits)
    return Cell(shown, text.marks(row.notes.get(column.name, ())), best)
