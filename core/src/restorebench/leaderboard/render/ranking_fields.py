"""The columns of the ranking table: their order, titles, digits, emphasis and footnote marks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from restorebench.leaderboard.board import LABEL, Board, Column, Row, Section
from restorebench.leaderboard.claims import TITLES
from restorebench.leaderboard.format import (
    ABSENT,
    LONGEST_NAME,
    format_count,
    format_difference,
    format_interval,
    format_number,
    format_score,
    shortened,
)
from restorebench.leaderboard.render.costs import cost_fields
from restorebench.leaderboard.render.highlight import emphases, tie_letters
from restorebench.leaderboard.render.table import Cell, Field, TableColumn

UNDECIDED = "?"
"""Replaces tie letters where tests cannot separate any two rows."""
_LONGEST_CLAIM = 30
"""Characters of a team's words on its device or data that are shown."""
_DELTA, _DRAWS, _IMAGES, _TIE, _INTERVAL, _SPREAD, _SCORE, _CLAIM = 2, 3, 4, 10, 20, 30, 100, 500
"""Priorities: where the width is short, high numbers are hidden first."""


def ranking_fields(board: Board, sections: Sequence[Section]) -> Iterator[Field]:
    """The columns of a table of some sections of a board, in their order."""
    rows = [row for section in sections for row in section.rows]
    ranking = board.column(board.task.rank_by)
    yield _each(TableColumn("rank", "#", higher_is_better=False), lambda r: _count(r.rank))
    yield _each(TableColumn("restorer", "restorer", left=True), _name)
    if any(map(tie_letters, sections)):
        yield Field(TableColumn("tie", "tie", higher_is_better=False, priority=_TIE), _ties)
    if any(row.score is not None for row in rows):
        score = TableColumn("score", "score")
        yield _each(score, lambda row: Cell(format_score(row.score), value=row.score))
    for place, column in enumerate(_scored_columns(sections)):
        yield _scored(column, sections, _SCORE + place)
        if column.name == board.task.rank_by and any(column.name in r.intervals for r in rows):
            yield _intervals(column)
    if any(section.has_images for section in sections):
        yield _delta(ranking)
        yield _each(TableColumn("images", "images", priority=_IMAGES), lambda r: _count(r.images))
    if any(row.draws > 1 for row in rows):
        yield _each(TableColumn("draws", "draws", priority=_DRAWS), lambda r: _count(r.draws))
        if ranking is not None:
            yield _spread(ranking, "images", 0)
            yield _spread(ranking, "draws", 1)
    yield from cost_fields(rows)
    yield from _claims(rows)


def _claims(rows: Sequence[Row]) -> Iterator[Field]:
    """What teams state, where any does."""
    for place, (name, title) in enumerate(TITLES.items()):
        if any(name in row.claims for row in rows):
            number = name in {"runtime", "parameters"}
            better = False if number else None
            column = TableColumn(
                f"claimed_{name}",
                title,
                higher_is_better=better,
                left=not number,
                priority=_CLAIM + place,
            )
            yield _each(column, partial(_claim, name))


def _claim(name: str, row: Row) -> Cell:
    claim = row.claims.get(name)
    if claim is None:
        return Cell(ABSENT)
    return Cell(shortened(claim.text, _LONGEST_CLAIM), value=claim.value)


def _each(column: TableColumn, cell: Callable[[Row], Cell]) -> Field:
    """A column whose cells need their own row only."""
    return Field(column, lambda section: [cell(row) for row in section.rows])


def _count(value: int | None) -> Cell:
    return Cell(format_count(value), value=value)


def _name(row: Row) -> Cell:
    tags = ("ref",) if row.reference else ("baseline",) if row.baseline else ()
    return Cell(shortened(row.label, LONGEST_NAME), row.notes.get(LABEL, ()), tags=tags)


def _ties(section: Section) -> list[Cell]:
    letters = tie_letters(section)
    return [
        Cell("")
        if row.tie not in letters
        else Cell(UNDECIDED if section.undecided else letters[row.tie], value=row.tie)
        for row in section.rows
    ]


def _scored_columns(sections: Sequence[Section]) -> list[Column]:
    """The scored columns of all sections, each name once."""
    found: dict[str, Column] = {}
    for section in sections:
        for column in section.columns:
            found.setdefault(column.name, column)
    return list(found.values())


def _scored(column: Column, sections: Sequence[Section], priority: int) -> Field:
    notes = {n for section in sections for n in section.notes.get(column.name, ())}
    heading = TableColumn(
        column.name,
        column.title,
        column.arrow,
        column.unit,
        column.higher_is_better,
        marks=tuple(sorted(notes)),
        priority=priority,
    )
    return Field(heading, lambda section: _means(column, section))


def _means(column: Column, section: Section) -> list[Cell]:
    if column not in section.columns:
        return [Cell("") for _ in section.rows]
    name, digits = column.name, column.digits
    return [
        Cell(
            _mean(row, name, digits),
            row.notes.get(name, ()),
            emphasis,
            row.means.get(name),
            detail=format_interval(row.intervals[name], digits) if name in row.intervals else "",
        )
        for row, emphasis in zip(section.rows, emphases(section, column), strict=True)
    ]


def _mean(row: Row, name: str, digits: int) -> str:
    """A mean as the table that was given prints it, else with the digits of its column."""
    given = row.printed.get(name) if name in row.means else None
    return given or format_number(row.means.get(name), digits)


def _intervals(column: Column) -> Field:
    def cell(row: Row) -> Cell:
        return Cell(format_interval(row.intervals.get(column.name), column.digits))

    return _each(TableColumn("interval", "95\N{NO-BREAK SPACE}%", priority=_INTERVAL), cell)


def _delta(ranking: Column | None) -> Field:
    title, digits = (f"Δ {ranking.title}", ranking.digits) if ranking else ("Δ", 2)
    better = ranking.higher_is_better if ranking else None
    column = TableColumn("delta", title, higher_is_better=better, priority=_DELTA)
    return _each(column, lambda r: Cell(format_difference(r.delta, digits), value=r.delta))


def _spread(column: Column, over: str, which: int) -> Field:
    """The standard deviation over images or over draws."""

    def cell(row: Row) -> Cell:
        value = row.spread[column.name][which] if column.name in row.spread else None
        return Cell(format_number(value, column.digits), value=value)

    return _each(TableColumn(f"spread_{over}", f"σ {over}", priority=_SPREAD - which + 1), cell)
