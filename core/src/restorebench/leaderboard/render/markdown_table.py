"""A table and a text in GitHub Markdown."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence

from rich.cells import cell_len

from restorebench.leaderboard.format import one_line, superscript
from restorebench.leaderboard.render.table import Cell, Table, TableColumn

_SPECIAL = re.compile(r"[\\`*\[\]|~$]|(?<![^\W_])_|_(?![^\W_])")
"""Characters that Markdown reads; GitHub too leaves an underscore inside a word alone."""


def escape(value: str) -> str:
    """One line of text that Markdown and HTML show unchanged."""
    return _SPECIAL.sub(r"\\\g<0>", html.escape(one_line(value), quote=False))


def table(found: Table) -> str:
    """Headings and rows, the bars of all lines below one another."""
    heads = found.columns
    lines = [
        [escape(head.heading) + superscript(head.marks) for head in heads],
        *([_cell(cell) for cell in row.cells] for row in found.rows),
    ]
    widths = [max(3, *map(cell_len, column)) for column in zip(*lines, strict=True)]
    rule = [
        "-" * width if head.left else "-" * (width - 1) + ":"
        for head, width in zip(heads, widths, strict=True)
    ]
    first, *rest = [_pad(line, widths, heads) for line in lines]
    return "\n".join(f"| {' | '.join(line)} |" for line in (first, rule, *rest))


def _cell(cell: Cell) -> str:
    shown = escape(cell.label)
    return (f"**{shown}**" if cell.emphasis == "best" else shown) + superscript(cell.marks)


def _pad(line: Iterable[str], widths: list[int], heads: Sequence[TableColumn]) -> list[str]:
    padded = []
    for value, width, head in zip(line, widths, heads, strict=True):
        space = " " * (width - cell_len(value))
        padded.append(value + space if head.left else space + value)
    return padded
