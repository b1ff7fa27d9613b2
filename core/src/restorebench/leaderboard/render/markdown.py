"""Boards as GitHub Markdown: aligned tables, best values bold, footnotes, provenance."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from restorebench.leaderboard.board import Board, Overall, PublishedTable, Section
from restorebench.leaderboard.format import short_hash, superscript
from restorebench.leaderboard.methods.board import method_board
from restorebench.leaderboard.render.legend import about, ranked_by
from restorebench.leaderboard.render.markdown_table import escape, table
from restorebench.leaderboard.render.method_table import method_table
from restorebench.leaderboard.render.papers import (
    overall_table,
    published_beside,
    published_elsewhere,
    source_of,
)
from restorebench.leaderboard.render.ranking_table import ranking_table
from restorebench.leaderboard.render.table import Table
from restorebench.leaderboard.render.win_table import win_table, win_table_over_all

__all__ = ("board_markdown", "escape", "markdown")


def markdown(boards: Sequence[Board]) -> str:
    """All boards, one after the other, after the board of methods over all of them."""
    found = method_board(boards)
    first = [] if found is None else [*_headed(method_table(found), 2)]
    if (wins := win_table_over_all(boards)) is not None:
        first += _folded(wins)
    own = ["\n\n".join(first) + "\n"] if first else []
    return "\n".join([*own, *map(board_markdown, boards)])


def board_markdown(board: Board, level: int = 2) -> str:
    """One board under a heading of `level`, its sections one level below."""
    parts = [f"{'#' * level} {escape(board.task.title)}", _preface(board)]
    for section in board.sections:
        parts += _section(board, section, level + 1)
    if board.overall is not None:
        parts += _overall(board.overall, level + 1)
    if (wins := win_table(board)) is not None:
        parts += _folded(wins)
    if board.footnotes:
        numbered = enumerate(board.footnotes, 1)
        parts.append("\n".join(f"- {superscript([n]).strip()} {escape(t)}" for n, t in numbered))
    if board.versions:
        parts.append(f"<sub>Made with {escape(', '.join(board.versions))}.</sub>")
    parts += _elsewhere(board.published, level + 1)
    return "\n\n".join(part for part in parts if part) + "\n"


def _preface(board: Board) -> str:
    lead = f"{escape(board.task.summary).rstrip('.')}. Ranked by {escape(ranked_by(board))}"
    if not any(section.has_images for section in board.sections):
        return f"{lead}."
    return f"{lead}; Δ is the difference to the reference row, {escape(board.task.reference)}."


def _section(board: Board, section: Section, level: int) -> Iterator[str]:
    yield f"{'#' * level} {' · '.join(map(escape, about(section)))}"
    ranked = ranking_table(board, [section])
    yield table(ranked)
    below = [*map(escape, ranked.notes), *([_origin(section)] if section.has_images else [])]
    yield "  \n".join(f"<sub>{line}</sub>" for line in below)
    if section.published:
        yield from _headed(published_beside(section), level + 1)


def _origin(section: Section) -> str:
    """What the scores were made of."""
    return (
        f"Protocol {escape(section.protocol)} `{short_hash(section.protocol_hash)}` · "
        f"pixels `{short_hash(section.dataset_hash)}`"
    )


def _headed(found: Table, level: int) -> Iterator[str]:
    """A table under its title, with its notes below."""
    yield f"{'#' * level} {escape(found.title)}"
    yield table(found)
    yield _notes(found.notes)


def _folded(found: Table) -> Iterator[str]:
    """A table that is folded away."""
    yield f"<details><summary>{escape(found.title)}</summary>"
    yield table(found)
    yield _notes(found.notes)
    yield "</details>"


def _notes(notes: Sequence[str]) -> str:
    return "  \n".join(f"<sub>{escape(note)}</sub>" for note in notes)


def _overall(found: Overall, level: int) -> Iterator[str]:
    yield from _headed(overall_table(found), level)
    yield (
        "<sub>Mean rank among the restorers that are ranked everywhere here; Borda counts those "
        "behind, and half of those beside.</sub>"
    )


def _elsewhere(tables: Sequence[PublishedTable], level: int) -> Iterator[str]:
    """Tables of papers for data sets that were not run here, folded away."""
    if not tables:
        return
    yield f"{'#' * level} Published, on data sets that were not run here"
    yield (
        "As their sources print them; scored by protocols of their own, so not to be ranked with "
        "the rows above."
    )
    for found in tables:
        size = f"{len(found.rows)} row" + "s" * (len(found.rows) != 1)
        protocol = f"protocol {found.protocol}" if found.protocol else "protocol of its own"
        yield f"<details><summary>{escape(f'{found.title} · {protocol} · {size}')}</summary>"
        shown = published_elsewhere(found)
        yield table(shown)
        yield _notes([f"Source: {source_of(found)}", *shown.notes])
        yield "</details>"
