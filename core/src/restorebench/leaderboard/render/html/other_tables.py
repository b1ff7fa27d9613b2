"""What stands beside the ranked tables of a page: published rows, and places over data sets."""

from __future__ import annotations

from collections.abc import Sequence

from restorebench.leaderboard.board import Board, Overall, PublishedTable, Section
from restorebench.leaderboard.format import one_line
from restorebench.leaderboard.render.html.markup import Markup, joined, region, tag
from restorebench.leaderboard.render.papers import (
    overall_table,
    published_beside,
    published_elsewhere,
)
from restorebench.leaderboard.render.table import Table, TableColumn, TableRow


def published(section: Section) -> Markup:
    """The published rows of a section's data set; nothing where there are none."""
    if not section.published:
        return Markup()
    about = " – as their sources print them, not ranked here"
    title = f"Published, {section.dataset}"
    return _table(("Published", about), published_beside(section), title)


def elsewhere(board: Board) -> Markup:
    """Published tables of data sets that nothing was run on, closed."""
    if not board.published:
        return Markup()
    count = len(board.published)
    more = f" – {count} table{'s' * (count > 1)} from papers and reports"
    summary = tag("summary", "Published for other data sets", tag("span", more))
    return tag("details", summary, *map(_elsewhere, board.published), class_="elsewhere")


def overall(table: Overall | None) -> Markup:
    """The places over several data sets."""
    if table is None:
        return Markup()
    caption = ("Over all data sets", " – by mean rank")
    return _table(caption, overall_table(table), "Over all data sets")


def _elsewhere(table: PublishedTable) -> Markup:
    protocol = f"protocol {table.protocol}" if table.protocol else "protocol unknown"
    about = "; ".join(filter(None, (table.source, protocol, table.note)))
    return _table((table.title, f" – {about}"), published_elsewhere(table), table.title)


def _table(caption: tuple[str, str], found: Table, title: str) -> Markup:
    """A table that is filtered with the others."""
    first, about = map(one_line, caption)
    parts = (
        tag("caption", first, tag("span", f" {about}")),
        tag("thead", tag("tr", *map(_heading, found.columns))),
        tag("tbody", *(_row(row, found.columns) for row in found.rows)),
    )
    table = tag("table", *parts, class_="filtered")
    return tag("div", table, class_="published scroll", **region(one_line(title)))


def _heading(head: TableColumn) -> Markup:
    arrow = tag("span", f" {head.arrow}", aria_hidden="true") if head.arrow else ""
    kind = "text" if head.left else None
    return tag("th", joined([head.title, arrow]), scope="col", class_=kind)


def _row(row: TableRow, heads: Sequence[TableColumn]) -> Markup:
    parts = []
    for cell, head in zip(row.cells, heads, strict=True):
        if cell.text == row.name:
            parts.append(tag("th", tag("bdi", cell.text), scope="row"))
        else:
            parts.append(tag("td", cell.text, class_="text source" if head.left else None))
    return tag("tr", *parts, data_name=row.name)
