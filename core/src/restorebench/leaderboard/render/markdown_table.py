"""A table and a text in GitHub Markdown."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence

from rich.cells import cell_len

from restorebench.leaderboard import format as text
from restorebench.leaderboard.render.table import Cell, Heading

_SPECIAL = re.compile(r"[\\`*\[\]|~$]|(?<![^\W_])_|_(?![^\W_])")
"""What Markdown reads; an underscore inside a word is left as it is, also by GitHub."""


def escape(value: str) -> str:
    """Text that Markdown and HTML leave as it is, on one line."""
    return _SPECIAL.sub(r"\\\g<0>", html.escape(text.one_line(value), quote=False))


def table(heads: Sequence[Heading], body: Sequence[Sequence[Cell]]) -> str:
    """Headings and rows, the bars of all lines below one another."""
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


def _pad(line: Iterable[str], widths: list[int], heads: Sequence[Heading]) -> list[str]:
    padded = []
    for value, width, head in zip(line, widths, heads, strict=True):
        space = " " * (width - cell_len(value))
        padded.append(value + space if head.text_column else space + value)
    return padded


def _line(values: Iterable[str]) -> str:
    return f"| {' | '.join(values)} |"
