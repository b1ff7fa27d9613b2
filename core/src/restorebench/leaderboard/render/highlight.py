"""Which means of a column stand out: the best and the second best."""

from __future__ import annotations

from restorebench.leaderboard.board import Column, Section
from restorebench.leaderboard.render.table import Emphasis


def emphases(section: Section, column: Column) -> list[Emphasis]:
    """The best and the second best mean of the ranked rows, for each row of a section.

    Equal means stand out alike. Nothing stands out where fewer than two rows can be compared, or
    where the better direction is unknown.
    """
    means = [None if r.rank is None else r.means.get(column.name) for r in section.rows]
    known = [mean for mean in means if mean is not None]
    if len(known) < 2 or column.higher_is_better is None:
        return [""] * len(means)
    ordered = sorted(set(known), reverse=column.higher_is_better)
    names: dict[float | None, Emphasis] = dict(zip(ordered, ("best", "second"), strict=False))
    return [names.get(mean, "") for mean in means]


def tie_letters(section: Section) -> dict[int | None, str]:
    """A letter for each tie group of two rows or more, in the order of the rows."""
    ties = [row.tie for row in section.rows if row.tie is not None]
    shared = [tie for tie in dict.fromkeys(ties) if ties.count(tie) > 1]
    return {tie: _letters(n) for n, tie in enumerate(shared)}


def _letters(number: int) -> str:
    """A, B, …, Z, AA, AB, …"""
    first = _letters(number // 26 - 1) if number >= 26 else ""
    return first + chr(ord("A") + number % 26)
