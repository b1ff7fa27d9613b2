"""Which means of a column stand out: the best and the second best."""

from __future__ import annotations

from dataclasses import dataclass

from restorebench.leaderboard.board import Column, Row, Section


@dataclass(frozen=True)
class Highlight:
    """The best mean of a column and the next one that differs from it; None where there is none."""

    best: float | None = None
    second: float | None = None

    def is_best(self, row: Row, column: Column) -> bool:
        """Whether a row's mean is the best one."""
        return row.complete and self.best is not None and row.means.get(column.name) == self.best

    def is_second(self, row: Row, column: Column) -> bool:
        """Whether a row's mean is the second best one."""
        mean = row.means.get(column.name)
        return row.complete and self.second is not None and mean == self.second


def highlight(section: Section, column: Column) -> Highlight:
    """The best means among the complete rows, where two or more can be compared."""
    best = section.best(column)
    if best is None:
        return Highlight()
    rest = {r.means[column.name] for r in section.rows if r.complete and column.name in r.means}
    others = sorted(rest - {best}, reverse=bool(column.higher_is_better))
    return Highlight(best, others[0] if others else None)


def tie_letters(section: Section) -> dict[int, str]:
    """A letter for each tie group of two rows or more, in the order of the rows."""
    ties = [row.tie for row in section.rows if row.tie is not None]
    shared = [tie for tie in dict.fromkeys(ties) if ties.count(tie) > 1]
    return {tie: _letters(n) for n, tie in enumerate(shared)}


def _letters(number: int) -> str:
    """A, B, …, Z, AA, AB, …"""
    first = _letters(number // 26 - 1) if number >= 26 else ""
    return first + chr(ord("A") + number % 26)
