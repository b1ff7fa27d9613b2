"""Boards as GitHub Markdown: aligned tables, best values bold, footnotes, provenance."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence

from rich.cells import cell_len

from restorebench.leaderboard import text
from restorebench.leaderboard.board import Board, Section
from restorebench.leaderboard.grid import Cell, Heading, cells, headings

_SPECIAL = re.compile(r"[\\`*\[\]|~$]|(?<![^\W_])_|_(?![^\W_])")
"""What Markdown reads; an underscore inside a word is left as it is, also by GitHub."""


def markdown(boards: Sequence[Board]) -> str:
    """All boards, one after the other."""
    return "\n".join(board_markdown(board) for board in boards)


def board_markdown(board: Board, level: int = 2) -> str:
    """One board under a heading of `level`, its sections one level below."""
    parts = [f"{'#' * level} {escape(board.task.title)}", _preface(board)]
    for section in board.sections:
        parts += [
            f"{'#' * (level + 1)} {_title(section)}",
            _table(board, section),
            _origin(section),
        ]
    if board.footnotes:
        numbered = enumerate(board.footnotes, 1)
        parts.append("\n".join(f"- {text.marks([n]).strip()} {escape(t)}" for n, t in numbered))
    if board.versions:
        parts.append(f"<sub>Made with {escape(', '.join(board.versions))}.</sub>")
    return "\n\n".join(part for part in parts if part) + "\n"


def escape(value: str) -> str:
    """Text that Markdown and HTML leave as it is, on one line."""
    return _SPECIAL.sub(r"\\\g<0>", html.escape(text.one_line(value), quote=False))


def _preface(board: Board) -> str:
    task = board.task
    ranking = board.column(task.rank_by)
    if ranking is None:
        return f"{escape(task.summary)}. Not ranked: there is no column {escape(task.rank_by)}."
    unit = f" ({escape(ranking.unit)})" if ranking.unit else ""
    better = {True: "higher is better", False: "lower is better", None: "direction unknown"}
    return (
        f"{escape(task.summary).rstrip('.')}. Ranked by {escape(ranking.title)}{unit}, "
        f"{better[ranking.higher_is_better]}; "
        f"Δ is the difference to the reference row, {escape(task.reference)}."
    )


def _title(section: Section) -> str:
    return f"{escape(section.dataset)} · {escape(section.split)} · {section.images} images"


def _origin(section: Section) -> str:
    return (
        f"<sub>Protocol {escape(section.protocol)} `{text.short(section.protocol_hash)}` · "
        f"pixels `{text.short(section.dataset_hash)}`</sub>"
    )


def _table(board: Board, section: Section) -> str:
    heads = headings(board, section.columns, [section])
    body = [cells(board, section, row, section.columns) for row in section.rows]
    lines = [[escape(h.text) + h.marks for h in heads], *([_cell(c) for c in row] for row in body)]
    widths = [max(3, *map(cell_len, column)) for column in zip(*lines, strict=True)]
    rule = [_rule(head, width) for head, width in zip(heads, widths, strict=True)]
    first, *rest = [_pad(line, widths, heads) for line in lines]
    return "\n".join(_line(line) for line in (first, rule, *rest))


def _cell(cell: Cell) -> str:
    shown = escape(cell.text)
    return (f"**{shown}**" if cell.best else shown) + cell.marks


def _rule(head: Heading, width: int) -> str:
    return "-" * width if head.text_column else "-" * (width - 1) + ":"


def _pad(line: Iterable[str], widths: list[int], heads: list[Heading]) -> list[str]:
    padded = []
    for value, width, head in zip(line, widths, heads, strict=True):
        space = " " * (width - cell_len(value))
        padded.append(value + space if head.text_column else space + value)
    return padded


def _line(values: Iterable[str]) -> str:
    return f"| {' | '.join(values)} |"
