"""Means with their intervals as positions in small drawings, all rows of a section on one scale."""

from __future__ import annotations

import math
from typing import TypeAlias

from restorebench.leaderboard.board import Row, Section

Span: TypeAlias = tuple[float, float, float]
"""Lower end, mean and upper end."""

_WIDTH, _MARGIN = 136.0, 4.0


def interval_positions(section: Section, column: str) -> list[Span | None]:
    """The intervals of a column in pixels; None for rows without a finite one."""
    spans = [_span(row, column) for row in section.rows]
    ends = [end for span in spans if span is not None for end in span]
    low, high = (min(ends), max(ends)) if ends else (0.0, 1.0)
    scale = (_WIDTH - 2 * _MARGIN) / ((high - low) or 1.0)
    return [span and _scaled(span, low, scale) for span in spans]


def _span(row: Row, column: str) -> Span | None:
    mean, ends = row.means.get(column), row.intervals.get(column)
    if mean is None or ends is None or not all(map(math.isfinite, (mean, *ends))):
        return None
    return min(ends[0], mean), mean, max(ends[1], mean)


def _scaled(span: Span, low: float, scale: float) -> Span:
    left, mean, right = (_MARGIN + (value - low) * scale for value in span)
    return left, mean, right
