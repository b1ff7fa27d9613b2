"""Tables beside the ranking: rows that papers publish, and places over several data sets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from restorebench.leaderboard.board import Column, Overall, PublishedRow, PublishedTable, Section
from restorebench.leaderboard.format import ABSENT, format_scaled, format_score, one_line
from restorebench.leaderboard.render.table import Cell, Table, TableColumn, plain_table


def published_beside(section: Section) -> Table:
    """The rows of papers on the data set of a section, under the section's own headings."""
    title = f"Published for {one_line(section.dataset)}, not run here"
    return _published(title, section.published, section.columns)


def published_elsewhere(table: PublishedTable) -> Table:
    """A table of a data set that was not run here; a source that all rows share is left out."""
    return _published(one_line(table.title), table.rows, source=table.source)


def _published(
    title: str, rows: Sequence[PublishedRow], columns: Sequence[Column] = (), source: str = ""
) -> Table:
    """The rows in their own order."""
    known = {column.name: column for column in columns}
    names = list(dict.fromkeys(name for row in rows for name in row.means))
    names.sort(key=lambda name: list(known).index(name) if name in known else len(known))
    heads = [TableColumn("method", "method", left=True), *(_heading(name, known) for name in names)]
    lines = [[Cell(one_line(row.method)), *_scores(row, names)] for row in rows]
    if any(row.cost.parameters is not None for row in rows):
        heads.append(TableColumn("parameters", "params", higher_is_better=False))
        sizes = [row.cost.parameters for row in rows]
        lines = [[*c, Cell(format_scaled(n), value=n)] for c, n in zip(lines, sizes, strict=True)]
    if any(row.source != source for row in rows):
        heads += [TableColumn(name, name, left=True) for name in ("protocol", "source")]
        lines = [[*line, *_origin(row)] for line, row in zip(lines, rows, strict=True)]
    return plain_table(title, heads, lines)


def _heading(name: str, known: Mapping[str, Column]) -> TableColumn:
    column = known.get(name)
    if column is None:
        return TableColumn(name, name.upper().replace("_", " "))
    return TableColumn(name, column.title, column.arrow, column.unit, column.higher_is_better)


def _scores(row: PublishedRow, names: Sequence[str]) -> list[Cell]:
    """The scores with the digits that the source prints."""
    values = [(row.printed.get(name), row.means.get(name)) for name in names]
    return [Cell(printed or _plain(value), value=value) for printed, value in values]


def _plain(value: float | None) -> str:
    return ABSENT if value is None else f"{value:g}"


def _origin(row: PublishedRow) -> tuple[Cell, Cell]:
    known = "the same" if row.protocol_known else row.note or "protocol unknown"
    return Cell(one_line(known)), Cell(one_line(row.source))


def overall_table(found: Overall) -> Table:
    """An overall table: mean rank, Borda points, and the rank in each section."""
    heads = [
        TableColumn("rank", "#", higher_is_better=False),
        TableColumn("restorer", "restorer", left=True),
        TableColumn("mean_rank", "mean rank", "↓", higher_is_better=False),
        TableColumn("borda", "Borda", "↑", higher_is_better=True),
        *(TableColumn(name, one_line(name), higher_is_better=False) for name in found.sections),
    ]
    lines = [
        [
            Cell(str(row.rank), value=row.rank),
            Cell(one_line(row.label)),
            Cell(f"{row.mean_rank:.2f}", value=row.mean_rank),
            _place(row.borda),
            *(_place(row.ranks[name]) for name in found.sections),
        ]
        for row in found.rows
    ]
    return plain_table(f"{found.title} · overall", heads, lines, name=1)


def _place(number: float) -> Cell:
    return Cell(format_score(number), value=number)
