"""Boards as one self-contained HTML page that asks nothing of anybody else.

Its policy (CSP) lets run exactly the script and the style that belong to it, by their hashes, so
that even a name that were taken for markup could neither run nor load anything.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from restorebench.leaderboard.board import Board, Section
from restorebench.leaderboard.format import one_line, short_hash
from restorebench.leaderboard.render.html.data import page_data, section_id
from restorebench.leaderboard.render.html.gallery import Gallery
from restorebench.leaderboard.render.html.markup import Markup, joined, tag
from restorebench.leaderboard.render.html.other_tables import elsewhere, overall, published
from restorebench.leaderboard.render.html.ranking_table import ranking
from restorebench.leaderboard.render.legend import legend, ranked_by

_SCRIPTS = ("util", "table", "plot", "images", "viewer", "main")


def html(boards: Sequence[Board], gallery: Gallery | None = None) -> str:
    """All boards on one page, with the images of `gallery` if there is one."""
    return page(boards, gallery)


def page(boards: Sequence[Board], gallery: Gallery | None = None, live: int = 0) -> str:
    """All boards on one page, with the images of `gallery`.

    With `live` the page asks its server each `live` milliseconds whether there is a new one.
    """
    title = boards[0].task.title if len(boards) == 1 else "Leaderboards"
    data = Markup(page_data(boards, gallery, live))
    body = (
        tag("a", "Skip to the tables", class_="skip", href="#main"),
        _top(boards),
        tag("main", *(map(_board, boards) if boards else (_nothing(),)), id="main"),
        Markup(_asset("viewer.html")),
        tag("script", data, type="application/json", id="data"),
        tag("script", Markup(_script())),
    )
    head = (
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=policy(bool(live))),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="referrer", content="no-referrer"),
        tag("title", one_line(title)),
        tag("link", rel="icon", href="data:,"),
        tag("style", Markup(_asset("page.css"))),
    )
    whole = tag("html", tag("head", joined(head, "\n")), tag("body", joined(body, "\n")), lang="en")
    return f"<!doctype html>\n{whole}\n"


def policy(live: bool) -> str:
    """The page's Content-Security-Policy; a live page may ask its own server."""
    own = f"script-src {_digest(_script())}; style-src {_digest(_asset('page.css'))}"
    asks = "; connect-src 'self'" if live else ""
    rest = "base-uri 'none'; form-action 'none'"
    return f"default-src 'none'; {own}; img-src data:{asks}; {rest}"


@cache
def _asset(name: str) -> str:
    return (files("restorebench.leaderboard") / "assets" / name).read_text("utf-8")


def _script() -> str:
    """All scripts as one, with names of their own."""
    body = "\n".join(_asset(f"{name}.js") for name in _SCRIPTS)
    return f'"use strict";\n(() => {{\n{body}}})();\n'


def _digest(source: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()}'"


def _top(boards: Sequence[Board]) -> Markup:
    links = [
        tag("a", one_line(b.task.title), href=f"#{b.task.name}")
        for b in (boards if len(boards) > 1 else ())
    ]
    brand = () if links else (tag("strong", "restorebench"),)
    search = tag("input", type="search", id="filter", autocomplete="off", spellcheck="false")
    return tag(
        "div",
        tag("nav", *brand, *links, aria_label="Leaderboards"),
        tag("label", tag("span", "Filter restorers"), search),
        tag("span", id="left", role="status", class_="quiet"),
        tag("button", "Theme", type="button", id="theme"),
        class_="top",
    )


def _nothing() -> Markup:
    return tag("p", "There are no records yet: run the benchmark first.")


def _board(board: Board) -> Markup:
    sections = [_section(board, section, n) for n, section in enumerate(board.sections)]
    parts = (
        tag("h1", one_line(board.task.title), id=board.task.name),
        tag("p", _lead(board), class_="lead"),
        *sections,
        overall(board.overall),
        elsewhere(board),
        _footnotes(board),
        _made_with(board),
    )
    return tag("article", joined(filter(None, parts), "\n"), class_="board")


def _lead(board: Board) -> str:
    summary = one_line(board.task.summary).rstrip(".")
    reference = one_line(board.task.reference)
    return f"{summary}. Ranked by {ranked_by(board)}; Δ is the difference to {reference}."


def _section(board: Board, section: Section, number: int) -> Markup:
    images = len(section.images_table)
    parts = [
        tag("h2", section.dataset),
        tag("p", *_origin(section), class_="origin"),
        ranking(board, section),
        tag("p", " ".join(legend(board, section)), class_="quiet"),
        published(section),
        _opens("Quality against cost", "", "plot", open_=True, hidden=True),
    ]
    if images:
        parts.append(_opens("Single images", f" – {images:,} scored outputs", "images"))
    return tag("section", joined(filter(None, parts), "\n"), id=section_id(board, number))


def _opens(title: str, more: str, part: str, open_: bool = False, hidden: bool = False) -> Markup:
    summary = tag("summary", title, tag("span", more) if more else "")
    return tag("details", summary, tag("div", data_part=part), open=open_, hidden=hidden)


def _origin(section: Section) -> list[str]:
    protocol, pixels = (short_hash(h) for h in (section.protocol_hash, section.dataset_hash))
    return [
        f"{section.split} · {section.images} images · protocol {section.protocol} ",
        *(tag("code", protocol), " · pixels ", tag("code", pixels)),
    ]


def _footnotes(board: Board) -> Markup:
    items = [
        tag("li", one_line(note), id=f"{board.task.name}-note-{n}")
        for n, note in enumerate(board.footnotes, 1)
    ]
    return tag("ol", *items, class_="footnotes", aria_label="Notes") if items else Markup()


def _made_with(board: Board) -> Markup:
    if not board.versions:
        return Markup()
    return tag("footer", f"Made with {one_line(', '.join(board.versions))}.")
