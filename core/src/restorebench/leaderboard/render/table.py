"""A section as cells of text, the same for every renderer that draws a table."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from restorebench.leaderboard import format as text
from restorebench.leaderboard.board import LABEL, Board, Column, Row, Section
from restorebench.leaderboard.render.costs import COSTS, CostColumn
from restorebench.leaderboard.render.highlight import tie_letters

DOUBTFUL = "?"
"""Stands in the column of tie groups where no test can tell any two rows apart."""
_TITLES = {"peak_bytes": "memory", "parameters": "params"}
"""Shorter titles for costs."""
_SCORED, _COST = 100, 1000
"""Fields with such numbers go first where there is no room; of two the higher."""


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


@dataclass(frozen=True)
class Field:
    """A column of a table: its heading, its cell in each row, and how readily it is given up.

    `spare` is 0 for a column that always stays.
    """

    heading: Heading
    cell: Callable[[Section, Row], Cell]
    spare: int = 0


def fields(board: Board, sections: Sequence[Section]) -> list[Field]:
    """The columns of a table of these sections of a board."""
    return [
        Field(Heading("#"), lambda _, row: Cell(text.count(row.rank))),
        Field(Heading("restorer", text_column=True), lambda _, row: _name(row)),
        *_ties(sections),
        *_score(sections),
        *_scored(board, sections),
        Field(_delta_heading(board), lambda _, row: _delta(board, row)),
        Field(Heading("images"), lambda _, row: Cell(str(row.images))),
        *_draws(board, sections),
        *(_cost(column, n) for n, column in enumerate(COSTS) if _has_cost(column, sections)),
    ]


def cells(section: Section, row: Row, columns: Sequence[Field]) -> list[Cell]:
    """The cells of one row, under the headings of `columns`."""
    return [column.cell(section, row) for column in columns]


def all_columns(sections: Sequence[Section]) -> list[Column]:
    """The scored columns of all sections, each name once."""
    found: dict[str, Column] = {}
    for section in sections:
        for column in section.columns:
            found.setdefault(column.name, column)
    return list(found.values())


def _name(row: Row) -> Cell:
    marks = " (ref)" * row.reference + " (baseline)" * (row.baseline and not row.reference)
    return Cell(text.one_line(row.label) + marks, text.marks(row.notes.get(LABEL, ())))


def _ties(sections: Sequence[Section]) -> Iterator[Field]:
    letters = {id(section): tie_letters(section) for section in sections}
    if any(letters.values()):
        yield Field(
            Heading("tie"), lambda section, row: _tie(section, row, letters[id(section)]), 10
        )


def _tie(section: Section, row: Row, letters: dict[int, str]) -> Cell:
    if row.tie is None or row.tie not in letters:
        return Cell("")
    return Cell(DOUBTFUL if section.undecided else letters[row.tie])


def _score(sections: Sequence[Section]) -> Iterator[Field]:
    if any(row.score is not None for section in sections for row in section.rows):
        yield Field(Heading("score"), lambda _, row: Cell(text.score(row.score)))


def _scored(board: Board, sections: Sequence[Section]) -> Iterator[Field]:
    for place, column in enumerate(all_columns(sections)):
        leads = column.name == board.task.rank_by
        heading = Heading(column.title, column.arrow, text.marks(_notes(column, sections)))
        yield Field(heading, _cells_of(column), 0 if leads else _SCORED + place)
        if leads and _has_intervals(column, sections):
            yield Field(Heading("95\N{NO-BREAK SPACE}%"), _intervals_of(column), 20)


def _cells_of(column: Column) -> Callable[[Section, Row], Cell]:
    def cell(section: Section, row: Row) -> Cell:
        if column not in section.columns:
            return Cell("")
        mean = row.means.get(column.name)
        best = row.complete and mean is not None and mean == section.best(column)
        marks = text.marks(row.notes.get(column.name, ()))
        return Cell(text.number(mean, column.digits), marks, best)

    return cell


def _intervals_of(column: Column) -> Callable[[Section, Row], Cell]:
    return lambda _, row: Cell(text.interval(row.intervals.get(column.name), column.digits))


def _has_intervals(column: Column, sections: Sequence[Section]) -> bool:
    return any(column.name in row.intervals for section in sections for row in section.rows)


def _notes(column: Column, sections: Sequence[Section]) -> list[int]:
    return sorted({n for section in sections for n in section.notes.get(column.name, ())})


def _delta_heading(board: Board) -> Heading:
    ranking = board.column(board.task.rank_by)
    return Heading(f"Δ {ranking.title}" if ranking else "Δ")


def _delta(board: Board, row: Row) -> Cell:
    ranking = board.column(board.task.rank_by)
    return Cell(text.difference(row.delta, ranking.digits if ranking else 2))


def _draws(board: Board, sections: Sequence[Section]) -> Iterator[Field]:
    """For stochastic restorers: how many draws, and what varies over images and over draws."""
    if not any(row.draws > 1 for section in sections for row in section.rows):
        return
    yield Field(Heading("draws"), lambda _, row: Cell(str(row.draws)))
    ranking = board.column(board.task.rank_by)
    if ranking is not None:
        yield Field(Heading("σ images"), _spread_of(ranking, 0), 31)
        yield Field(Heading("σ draws"), _spread_of(ranking, 1), 30)


def _spread_of(column: Column, which: int) -> Callable[[Section, Row], Cell]:
    def cell(_: Section, row: Row) -> Cell:
        found = row.spread.get(column.name)
        return Cell(text.number(None if found is None else found[which], column.digits))

    return cell


def _has_cost(column: CostColumn, sections: Sequence[Section]) -> bool:
    if column.name == "seconds":
        return True
    return any(column.value(row) is not None for section in sections for row in section.rows)


def _cost(column: CostColumn, place: int) -> Field:
    heading = Heading(_TITLES.get(column.name, column.title))
    spare = 0 if column.name == "seconds" else _COST + place
    return Field(heading, lambda _, row: Cell(column.shown(column.value(row))), spare)
