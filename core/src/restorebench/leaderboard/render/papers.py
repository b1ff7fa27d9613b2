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
    rows = section.published
    table = _published(title, rows, section.columns, numbered := _numbered(rows))
    return replace(table, notes=(*_sources(rows, numbered), *table.notes))


def published_elsewhere(table: PublishedTable) -> Table:
    """A table of a data set that was not run here; a source that all rows share is left out."""
    numbered = _numbered(table.rows)
    if set(numbered) <= {table.source}:
        return _published(one_line(table.title), table.rows)
    found = _published(one_line(table.title), table.rows, sources=numbered)
    listed = (f"[{number}] {one_line(source)}" for source, number in numbered.items())
    return replace(found, notes=(*listed, *found.notes))


def source_of(table: PublishedTable) -> str:
    """Where a table comes from, which protocol its numbers need, and what else is known of it."""
    return ". ".join(filter(None, (table.source, f"Protocol: {_needs(table)}", table.note)))


def _needs(found: PublishedTable | PublishedRow) -> str:
    return found.protocol or found.needs or "unknown"


def _numbered(rows: Sequence[PublishedRow]) -> dict[str, int]:
    """The number of each source, by which rows name it: in each row it would fill several lines."""
    return {source: n for n, source in enumerate(dict.fromkeys(row.source for row in rows), 1)}


def _sources(rows: Sequence[PublishedRow], numbered: Mapping[str, int]) -> Iterator[str]:
    """Each source, and what is known of its tables."""
    for source, number in numbered.items():
        caveats = dict.fromkeys(row.caveat for row in rows if row.source == source and row.caveat)
        about = f": {' '.join(map(one_line, caveats))}" if caveats else ""
        yield f"[{number}] {one_line(source)}{about}"


def _published(
    title: str,
    rows: Sequence[PublishedRow],
    columns: Sequence[Column] = (),
    sources: Mapping[str, int] | None = None,
) -> Table:
    """The rows in their own order; with protocols and the numbers of `sources` if they differ."""
    known = {column.name: column for column in columns}
    names = list(dict.fromkeys(name for row in rows for name in row.means))
    names.sort(key=lambda name: list(known).index(name) if name in known else len(known))
    heads = [TableColumn("method", "method", left=True), *(_heading(name, known) for name in names)]
    lines = [[Cell(one_line(row.method)), *_scores(row, names)] for row in rows]
    if any(row.cost.parameters is not None for row in rows):
        heads.append(TableColumn("parameters", "params", higher_is_better=False))
        sizes = [row.cost.parameters for row in rows]
        lines = [[*c, Cell(format_scaled(n), value=n)] for c, n in zip(lines, sizes, strict=True)]
    texts = _texts(rows, {name: _heading(name, known).title for name in names}, sources)
    heads += [TableColumn(heading.replace(" ", "_"), heading, left=True) for heading in texts]
    lines = [[*line, *(Cell(texts[h][n]) for h in texts)] for n, line in enumerate(lines)]
    return replace(plain_table(title, heads, lines), notes=tuple(_conditions(rows)))


def _texts(
    rows: Sequence[PublishedRow], titles: Mapping[str, str], sources: Mapping[str, int] | None
) -> dict[str, list[str]]:
    """What is said of the rows, by heading; columns that would be empty are left out."""
    found = {
        "verified here": [_verified(row, titles) for row in rows],
        "second hand": [one_line(row.second_hand) for row in rows],
    }
    found = {heading: cells for heading, cells in found.items() if any(cells)}
    if sources is not None:
        found["protocol"] = [_protocol(row, titles) for row in rows]
        found["source"] = [f"[{sources[row.source]}]" for row in rows]
    return found


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
