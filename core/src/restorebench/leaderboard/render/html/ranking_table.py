"""The ranked table of a page: rows with intervals and costs."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from restorebench.leaderboard.board import LABEL, Board, Column, Row, Section
from restorebench.leaderboard.format import ABSENT, format_difference, format_number, one_line
from restorebench.leaderboard.render.costs import COSTS, CostColumn
from restorebench.leaderboard.render.highlight import emphases, tie_letters
from restorebench.leaderboard.render.html.intervals import interval_svg
from restorebench.leaderboard.render.html.markup import Markup, joined, region, tag


@dataclass(frozen=True)
class Field:
    """A column of the page's table: its heading and the cell of each row, in their order.

    `first` is the way it is sorted when its heading is pressed; ``""`` for one that is not sorted.
    """

    heading: Markup
    cells: Sequence[Markup]
    first: str = "ascending"
    kind: str | None = None
    sorted: str = "none"
    attributes: Mapping[str, str] = field(default_factory=dict)


def ranking(board: Board, section: Section) -> Markup:
    """The table of a section's rows."""
    fields = _fields(board, section)
    lines = [
        tag("tr", *(f.cells[n] for f in fields), data_name=_name(row), data_place=n)
        for n, row in enumerate(section.rows)
    ]
    title = f"{section.dataset}, {section.split}: {section.images} images"
    return _table(title, "ranking filtered", [_heading(f) for f in fields], lines)


def note_marks(numbers: Iterable[int], board: Board) -> Markup:
    """Raised numbers that lead to their footnotes."""
    links = [
        tag("a", str(n), href=f"#{board.task.name}-note-{n}", aria_label=f"note {n}")
        for n in numbers
    ]
    return tag("sup", joined(links, " "), class_="mark") if links else Markup()


def _fields(board: Board, section: Section) -> list[Field]:
    rows = section.rows
    letters = {} if section.undecided else tie_letters(section)
    fields = [_rank(rows), _label(board, rows)]
    if letters:
        fields.append(_ties(rows, letters))
    if any(row.score is not None for row in rows):
        fields.append(_number("score", [(r.score, _plain(r.score)) for r in rows], "descending"))
    drawn = interval_svg(section, board.task.rank_by)
    if drawn:
        cells = [tag("td", drawing, class_="drawn") for drawing in drawn]
        fields.append(Field(Markup("95 % interval"), cells, first="", kind="drawn"))
    fields += [_scored(board, section, column) for column in section.columns]
    fields += [_delta(board, rows)] if any(row.delta is not None for row in rows) else []
    if any(row.images != section.images for row in rows):
        fields.append(_count("images", [row.images for row in rows]))
    if any(row.draws > 1 for row in rows):
        fields.append(_count("draws", [row.draws for row in rows]))
    return [
        *fields,
        *(_cost(c, rows) for c in COSTS if any(c.value(row) is not None for row in rows)),
    ]


def _rank(rows: Sequence[Row]) -> Field:
    cells = [_cell(r.rank, ABSENT if r.rank is None else str(r.rank)) for r in rows]
    return Field(tag("abbr", "#", title="rank", aria_label="rank"), cells, sorted="ascending")


def _label(board: Board, rows: Sequence[Row]) -> Field:
    cells = []
    for row in rows:
        parts = [tag("bdi", _name(row)), note_marks(row.notes.get(LABEL, ()), board)]
        kinds = [("reference", row.reference), ("baseline", row.baseline)]
        kinds.append((f"disqualified: {row.disqualified}", bool(row.disqualified)))
        parts += [tag("span", kind, class_="badge") for kind, holds in kinds if holds]
        cells.append(tag("th", *parts, scope="row"))
    return Field(Markup("restorer"), cells, kind="text")


def _ties(rows: Sequence[Row], letters: Mapping[int | None, str]) -> Field:
    cells = []
    for row in rows:
        letter = "" if row.tie is None else letters.get(row.tie, "")
        cells.append(tag("td", tag("span", letter, class_="tie") if letter else ""))
    title = "rows that share a letter cannot be told apart by paired tests"
    return Field(tag("abbr", "tie", title=title), cells)


def _scored(board: Board, section: Section, column: Column) -> Field:
    cells = []
    for row, emphasis in zip(section.rows, emphases(section, column), strict=True):
        mean = row.means.get(column.name)
        value = tag("span", format_number(mean, column.digits), class_="value")
        marks = note_marks(row.notes.get(column.name, ()), board)
        parts = [value, marks, _interval(row, column)]
        cells.append(_cell(mean, *parts, class_=emphasis or None))
    arrow = tag("span", f" {column.arrow}", aria_hidden="true") if column.arrow else ""
    heading = joined([column.title, arrow])
    first = "ascending" if column.higher_is_better is False else "descending"
    marks = note_marks(section.notes.get(column.name, ()), board)
    return Field(heading, cells, first, attributes={"marks": marks, "title": _about(column)})


def _interval(row: Row, column: Column) -> Markup:
    if column.name not in row.intervals:
        return Markup()
    low, high = row.intervals[column.name]
    ends = f"{format_number(low, column.digits)} – {format_number(high, column.digits)}"
    return tag("small", ends, title="95 % bootstrap interval of the mean, over images")


def _about(column: Column) -> str:
    better = {True: "higher is better", False: "lower is better", None: "direction unknown"}
    unit = f" in {column.unit}" if column.unit else ""
    return f"{column.title}{unit}, {better[column.higher_is_better]}"


def _delta(board: Board, rows: Sequence[Row]) -> Field:
    column = board.column(board.task.rank_by)
    digits = column.digits if column else 2
    values = [(row.delta, format_difference(row.delta, digits)) for row in rows]
    lower = column is not None and column.higher_is_better is False
    title = f"Δ {column.title}" if column else "Δ"
    return _number(title, values, "ascending" if lower else "descending")


def _cost(column: CostColumn, rows: Sequence[Row]) -> Field:
    values = [column.value(row) for row in rows]
    return _number(column.title, [(value, column.shown(value)) for value in values], "ascending")


def _count(title: str, values: Sequence[int]) -> Field:
    return _number(title, [(value, str(value)) for value in values], "descending")


def _number(title: str, values: Sequence[tuple[float | None, str]], first: str) -> Field:
    return Field(joined([title]), [_cell(value, shown) for value, shown in values], first)


def _cell(value: float | None, *children: str, class_: str | None = None) -> Markup:
    return tag("td", *children, class_=class_, data_v=sortable(value))


def sortable(value: float | None) -> str:
    """A number as the page's script reads it, ``""`` for none."""
    if value is None or math.isnan(value):
        return ""
    return repr(value) if math.isfinite(value) else "Infinity" if value > 0 else "-Infinity"


def _plain(value: float | None) -> str:
    return ABSENT if value is None else f"{value:g}"


def _heading(column: Field) -> Markup:
    if not column.first:
        return tag("th", column.heading, scope="col", class_=column.kind)
    button = tag("button", column.heading, type="button", title=column.attributes.get("title"))
    marks = Markup(column.attributes.get("marks", ""))
    order = {"aria_sort": column.sorted, "data_first": column.first}
    return tag("th", button, marks, scope="col", class_=column.kind, **order)


def _table(title: str, kind: str, heads: list[Markup], lines: list[Markup]) -> Markup:
    parts = (
        tag("caption", title, class_="unseen"),
        tag("thead", tag("tr", *heads)),
        Markup("<tbody>\n" + "\n".join(lines) + "\n</tbody>"),
    )
    return tag("div", tag("table", *parts, class_=kind), class_="scroll", **region(title))


def _name(row: Row) -> str:
    return one_line(row.label)
