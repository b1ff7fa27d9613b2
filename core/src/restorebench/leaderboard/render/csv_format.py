"""Boards as CSV: one line per row and section, numbers in full."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from restorebench.console import visible
from restorebench.leaderboard.board import Board, PublishedRow, Row, Section
from restorebench.leaderboard.claims import TITLES
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
_CLAIMS = tuple(f"claimed_{name}" for name in TITLES)
_FORMULA = re.compile(r"[=+\-@\t\r]")
"""How a text may not begin, since spreadsheets would compute it."""
_ENDS = ("low", "high", "sd_images", "sd_draws")


def csv(boards: Sequence[Board]) -> str:
    """All rows; an absent value is empty, an infinite one ``inf``.

    Rows over all tasks, of the kind ``method``, come first: their mean rank, Borda points, skill
    and, as ``skill_TASK``, the skill in each task.

    Columns: the fixed ones; each mean under its column's name, beside it the ends of its 95 %
    interval (``psnr_low``, ``psnr_high``) and its standard deviations over images and draws; what
    teams state; the protocol and hashes. A text that a spreadsheet would compute (``=1+1``) has
    an apostrophe before it. Rows of papers, of the kind ``published``, come last and have no rank.
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
    table = pd.DataFrame(lines, columns=[*_FIRST, *columns, *_CLAIMS, *_LAST])
    optional = {*columns, *_CLAIMS}
    filled = [c for c in table if c not in optional or table[c].notna().any()]
    whole = table[filled].astype({"rank": "Int64", "tie": "Int64"}).map(_cell)
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
        **{f"claimed_{k}": c.text if c.value is None else c.value for k, c in row.claims.items()},
        "protocol": section.protocol,
        "protocol_hash": section.protocol_hash,
        "dataset_hash": section.dataset_hash,
        "notes": "; ".join([*notes, *filter(None, [section.doubt])]),
    }


def _cell(value: Any) -> Any:
    """A text on one line that no spreadsheet takes for a formula: then an apostrophe leads it."""
    if not isinstance(value, str):
        return value
    text = visible(" ".join(value.split()))
    return f"'{text}" if _FORMULA.match(text) else text


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
