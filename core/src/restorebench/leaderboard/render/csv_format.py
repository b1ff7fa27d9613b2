"""Boards as CSV: one line per row and section, numbers in full."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from restorebench.leaderboard.board import Board, PublishedRow, Row, Section
from restorebench.leaderboard.methods.board import MethodBoard, method_board

_FIRST = (
    *("kind", "task", "dataset", "split", "rank", "restorer", "reference", "complete"),
    *("baseline", "disqualified", "tie", "p_next", "rule", "score", "images", "failed", "draws"),
    *("seconds_per_image", "peak_bytes", "nfe", "parameters", "macs", "delta", "rank_by"),
)
_LAST = (
    *("protocol", "protocol_hash", "dataset_hash", "source", "second_hand", "verified_here"),
    "notes",
)
_METHOD = ("mean_rank", "borda", "skill", "lacks")
_ENDS = ("low", "high", "sd_images", "sd_draws")


def csv(boards: Sequence[Board]) -> str:
    """All rows; an absent value is empty, an infinite one ``inf``.

    Rows over all tasks, of the kind ``method``, come first: their mean rank, Borda points, skill
    and, as ``skill_TASK``, the skill in each task.

    Columns: the fixed ones; each mean under its column's name, beside it the ends of its 95 %
    interval (``psnr_low``, ``psnr_high``) and its standard deviations over images and draws; the
    protocol and hashes. Rows of papers, of the kind ``published``, come last and have no rank.
    """
    sections = [(board, section) for board in boards for section in board.sections]
    lines = list(_method_lines(method_board(boards)))
    lines += [_line(*where, row) for where in sections for row in where[1].rows]
    lines += [_published_line(*where, row) for where in sections for row in where[1].published]
    means = dict.fromkeys(column.name for _, section in sections for column in section.columns)
    columns = [name for mean in means for name in (mean, *(f"{mean}_{end}" for end in _ENDS))]
    over_all = [name for name in dict.fromkeys(n for line in lines for n in line)
                if name.startswith(_METHOD)]  # fmt: skip
    columns = [*over_all, *columns]
    table = pd.DataFrame(lines, columns=[*_FIRST, *columns, *_LAST])
    filled = [c for c in table if c not in columns or table[c].notna().any()]
    whole = table[filled].astype({"rank": "Int64", "tie": "Int64"})
    return str(whole.to_csv(index=False, lineterminator="\n"))


def _method_lines(found: MethodBoard | None) -> Iterator[dict[str, Any]]:
    for row in found.rows if found else ():
        ends = {f"{k}_{end}": v for k, pair in row.intervals.items()
                for end, v in zip(("low", "high"), pair, strict=True)}  # fmt: skip
        yield {
            "kind": "method",
            "rank": row.rank,
            "restorer": row.method,
            "rule": "mean rank over tasks",
            **{name: getattr(row, name) for name in ("mean_rank", "borda", "skill")},
            **ends,
            **{f"skill_{task}": part.skill for task, part in row.tasks.items()},
            "lacks": " ".join(row.lacks) or None,
        }


def _line(board: Board, section: Section, row: Row) -> dict[str, Any]:
    marks = (*row.notes.values(), *section.notes.values())
    notes = [board.footnotes[n - 1] for n in sorted({n for numbers in marks for n in numbers})]
    own = {name: getattr(row, name) for name in _FIRST if hasattr(row, name)}
    return {
        **own,
        "kind": "run",
        "task": board.task.name,
        "dataset": section.dataset,
        "split": section.split,
        "restorer": row.label,
        "rule": board.rule,
        "seconds_per_image": row.seconds,
        **{name: getattr(row.cost, name) for name in ("peak_bytes", "nfe", "parameters", "macs")},
        "rank_by": board.task.rank_by,
        **_statistics(row),
        "protocol": section.protocol,
        "protocol_hash": section.protocol_hash,
        "dataset_hash": section.dataset_hash,
        "notes": "; ".join([*notes, *filter(None, [section.doubt])]),
    }


def _statistics(row: Row) -> dict[str, float]:
    found = dict(row.means)
    for name, (low, high) in row.intervals.items():
        found |= {f"{name}_low": low, f"{name}_high": high}
    for name, (images, draws) in row.spread.items():
        found |= {f"{name}_sd_images": images, f"{name}_sd_draws": draws}
    return found


def _published_line(board: Board, section: Section, row: PublishedRow) -> dict[str, Any]:
    return {
        "kind": "published",
        "task": board.task.name,
        "dataset": section.dataset,
        "restorer": row.method,
        "parameters": row.cost.parameters,
        "seconds_per_image": row.cost.seconds,
        **row.means,
        "protocol": row.protocol or row.needs,
        "source": row.source,
        "second_hand": row.second_hand or None,
        "verified_here": "; ".join(row.check.agreeing) if row.check else None,
        "notes": "; ".join(filter(None, [row.caveat, row.check.conditions if row.check else ""])),
    }
