"""Tables beside the ranking: rows that papers publish, and places over several data sets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from restorebench.leaderboard.board import Column, Overall, PublishedRow, PublishedTable, Section
from restorebench.leaderboard.format import (
    ABSENT,
    LONGEST_NAME,
    format_scaled,
    format_score,
    one_line,
    shortened,
)
from restorebench.leaderboard.render.table import Cell, Table, TableColumn, plain_table


def published_beside(section: Section) -> Table:
    """The rows of papers on the data set of a section, under the section's own headings."""
    title = f"Published for {one_line(section.dataset)}, not run here"
    table = _published(title, section.published, section.columns)
    caveats = {f"{one_line(r.source)}: {one_line(r.caveat)}" for r in section.published if r.caveat}
    return replace(table, notes=(*sorted(caveats), *table.notes))


def published_elsewhere(table: PublishedTable) -> Table:
    """A table of a data set that was not run here; a source that all rows share is left out."""
    return _published(one_line(table.title), table.rows, source=table.source)


def source_of(table: PublishedTable) -> str:
    """Where a table comes from, which protocol its numbers need, and what else is known of it."""
    return ". ".join(filter(None, (table.source, f"Protocol: {_needs(table)}", table.note)))


def _needs(found: PublishedTable | PublishedRow) -> str:
    return found.protocol or found.needs or "unknown"


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
    titles = {name: _heading(name, known).title for name in names}
    texts = {
        "verified here": [_verified(row, titles) for row in rows],
        "second hand": [one_line(row.second_hand) for row in rows],
    }
    texts = {heading: cells for heading, cells in texts.items() if any(cells)}
    if any(row.source != source for row in rows):
        protocols = [_protocol(row, titles) for row in rows]
        texts |= {"protocol": protocols, "source": [one_line(row.source) for row in rows]}
    heads += [TableColumn(heading.replace(" ", "_"), heading, left=True) for heading in texts]
    lines = [[*line, *(Cell(texts[h][n]) for h in texts)] for n, line in enumerate(lines)]
    return replace(plain_table(title, heads, lines), notes=tuple(_conditions(rows)))


def _protocol(row: PublishedRow, titles: Mapping[str, str]) -> str:
    """Whether the section has the row's protocol, or which one it needs."""
    if not row.same_protocol:
        return one_line(_needs(row))
    differ = [titles.get(c, c) for c in _differing(row)]
    return f"the same, but not for {', '.join(differ)}" if differ else "the same"


def _differing(row: PublishedRow) -> list[str]:
    check = row.check
    return [] if check is None else [c for c in check.measured if c not in check.agreeing]


def _verified(row: PublishedRow, titles: Mapping[str, str]) -> str:
    """Our figures for the printed ones, and those that differ."""
    if row.check is None:
        return ""
    figures = {c: f"{titles.get(c, c)} {value:g}" for c, value in row.check.measured.items()}
    parts = [text for column, text in figures.items() if column in row.check.agreeing]
    differ = [f"not as printed: {figures[column]}" for column in _differing(row)]
    return "; ".join([*parts, *differ])


def _conditions(rows: Sequence[PublishedRow]) -> Iterator[str]:
    """How the figures were made that rows are verified by, each text once."""
    checked: dict[str, list[str]] = {}
    for row in rows:
        if row.check is not None:
            checked.setdefault(row.check.conditions, []).append(one_line(row.method))
    for conditions, methods in checked.items():
        yield f"Verified here ({', '.join(methods)}): {one_line(conditions)}"


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
            Cell(shortened(row.label, LONGEST_NAME)),
            Cell(f"{row.mean_rank:.2f}", value=row.mean_rank),
            _place(row.borda),
            *(_place(row.ranks[name]) for name in found.sections),
        ]
        for row in found.rows
    ]
    return plain_table(f"{found.title} · overall", heads, lines, name=1)


def _place(number: float) -> Cell:
    return Cell(format_score(number), value=number)
