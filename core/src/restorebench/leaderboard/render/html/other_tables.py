"""What stands beside the ranked tables of a page: published rows, and places over data sets."""

from __future__ import annotations

from restorebench.leaderboard import format as text
from restorebench.leaderboard.board import Board, Overall, PublishedTable, Section
from restorebench.leaderboard.render.html.markup import Markup, joined, region, tag
from restorebench.leaderboard.render.papers import Lines, overall_lines, published_lines
from restorebench.leaderboard.render.table import Cell, Heading


def published(section: Section) -> Markup:
    """The published rows of a section's data set; nothing where there are none."""
    if not section.published:
        return Markup()
    lines = published_lines(section.published, section.columns)
    about = " – as their sources print them, not ranked here"
    return _table(("Published", about), lines, f"Published, {section.dataset}", name=0)


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
    return _table(caption, overall_lines(table), "Over all data sets", name=1)


def _elsewhere(table: PublishedTable) -> Markup:
    protocol = f"protocol {table.protocol}" if table.protocol else "protocol unknown"
    about = "; ".join(filter(None, (table.source, protocol, table.note)))
    return _table((table.title, f" – {about}"), published_lines(table.rows), table.title, name=0)


def _table(caption: tuple[str, str], lines: Lines, title: str, name: int) -> Markup:
    """A table that is filtered with the others; `name` is the column of restorers' names."""
    heads, body = lines
    first, about = map(text.one_line, caption)
    parts = (
        tag("caption", first, tag("span", f" {about}")),
        tag("thead", tag("tr", *map(_heading, heads))),
        tag("tbody", *(_row(cells, heads, name) for cells in body)),
    )
    table = tag("table", *parts, class_="filtered")
    return tag("div", table, class_="published scroll", **region(text.one_line(title)))


def _heading(head: Heading) -> Markup:
    arrow = tag("span", f" {head.arrow}", aria_hidden="true") if head.arrow else ""
    kind = "text" if head.text_column else None
    return tag("th", joined([head.title, arrow]), scope="col", class_=kind)


def _row(cells: list[Cell], heads: list[Heading], name: int) -> Markup:
    parts = []
    for place, (cell, head) in enumerate(zip(cells, heads, strict=True)):
        shown = text.one_line(cell.text)
        if place == name:
            parts.append(tag("th", tag("bdi", shown), scope="row"))
        else:
            parts.append(tag("td", shown, class_="text source" if head.text_column else None))
    return tag("tr", *parts, data_name=text.one_line(cells[name].text))
