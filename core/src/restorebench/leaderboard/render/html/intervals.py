"""Means with their intervals as small drawings, all rows of a section on one scale."""

from __future__ import annotations

import math

from restorebench.leaderboard.board import Row, Section
from restorebench.leaderboard.render.html.markup import Markup, tag

_WIDTH, _MIDDLE, _EDGE = 136.0, 8.0, 4.0


def interval_svg(section: Section, column: str) -> list[Markup]:
    """A drawing per row: a dot at the mean of `column`, a line over its interval.

    Empty where no row has an interval; a row without one is left blank.
    """
    spans = [span for row in section.rows if (span := _span(row, column)) is not None]
    if not spans:
        return []
    low, high = min(s[0] for s in spans), max(s[2] for s in spans)
    return [_drawing(_span(row, column), low, high) for row in section.rows]


def _span(row: Row, column: str) -> tuple[float, float, float] | None:
    """Lower end, mean and upper end, where all are finite."""
    mean, ends = row.means.get(column), row.intervals.get(column)
    if mean is None or ends is None or not all(map(math.isfinite, (mean, *ends))):
        return None
    return min(ends[0], mean), mean, max(ends[1], mean)


def _drawing(span: tuple[float, float, float] | None, low: float, high: float) -> Markup:
    if span is None:
        return Markup()
    scale = (_WIDTH - 2 * _EDGE) / ((high - low) or 1.0)
    left, mean, right = (f"{_EDGE + (value - low) * scale:.1f}" for value in span)
    return tag(
        "svg",
        tag("line", class_="zero", x1=0, x2=_WIDTH, y1=_MIDDLE, y2=_MIDDLE),
        tag("line", x1=left, x2=right, y1=_MIDDLE, y2=_MIDDLE),
        tag("circle", cx=mean, cy=_MIDDLE, r=3),
        class_="whisker",
        viewBox=f"0 0 {_WIDTH:g} {2 * _MIDDLE:g}",
        aria_hidden="true",
    )
