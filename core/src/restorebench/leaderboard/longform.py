"""Boards as CSV: one line per row and section, numbers in full."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from restorebench.leaderboard.board import Board, Row, Section

_FIRST = (
    *("task", "dataset", "split", "rank", "restorer", "reference", "complete"),
    *("images", "failed", "draws", "seconds_per_image", "delta", "rank_by"),
)
_LAST = ("protocol", "protocol_hash", "dataset_hash", "notes")


def csv(boards: Sequence[Board]) -> str:
    """The rows of all sections; an absent value is empty, an infinite one ``inf``.

    Columns: the fixed ones, the means under their columns' names, the circumstances.
    """
    lines = list(_lines(boards))
    means = dict.fromkeys(c.name for b in boards for s in b.sections for c in s.columns)
    table = pd.DataFrame(lines, columns=[*_FIRST, *means, *_LAST])
    return str(table.astype({"rank": "Int64"}).to_csv(index=False, lineterminator="\n"))


def _lines(boards: Sequence[Board]) -> Iterator[dict[str, Any]]:
    for board in boards:
        for section in board.sections:
            for row in section.rows:
                yield _line(board, section, row)


def _line(board: Board, section: Section, row: Row) -> dict[str, Any]:
    marks = (*row.notes.values(), *section.notes.values())
    notes = sorted({n for numbers in marks for n in numbers})
    return {
        "task": board.task.name,
        "dataset": section.dataset,
        "split": section.split,
        "rank": row.rank,
        "restorer": row.label,
        "reference": row.reference,
        "complete": row.complete,
        "images": row.images,
        "failed": row.failed,
        "draws": row.draws,
        "seconds_per_image": row.seconds,
        "delta": row.delta,
        "rank_by": board.task.rank_by,
        **row.means,
        "protocol": section.protocol,
        "protocol_hash": section.protocol_hash,
        "dataset_hash": section.dataset_hash,
        "notes": "; ".join(board.footnotes[n - 1] for n in notes),
    }
