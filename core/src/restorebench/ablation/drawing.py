"""Charts side by side as SVG: no script, no font, readable on light and on dark paper."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from restorebench.ablation.axis import Axis, apart, written
from restorebench.ablation.chart import Chart, Line
from restorebench.ablation.curves import Point
from restorebench.leaderboard.render.html.markup import Markup, tag

COLOURS = ("#3a7fc4", "#d4702a", "#2a9a6c", "#9f63bd", "#d0475c", "#1c98a8", "#85883f", "#b0762f")
"""Lines' colours, of a contrast of at least 3 to white and to black."""

_STYLE = (
    "text{font:12px system-ui,'Segoe UI','Helvetica Neue',Arial,sans-serif;fill:#767b84}"
    ".title{font-weight:600;font-size:13px}.grid{stroke:#767b84;stroke-opacity:.22}"
    ".axis{stroke:#767b84}"
    ".line{fill:none;stroke-width:1.8;stroke-linejoin:round}"
)
_HEIGHT, _WIDTH = 320.0, 400.0
_LEFT, _TOP, _BOTTOM, _LETTER, _GAP = 62.0, 54.0, 48.0, 6.6, 14.0


@dataclass(frozen=True)
class _Frame:
    """A chart with its axes; `x.start` is its left edge."""

    chart: Chart
    x: Axis
    y: Axis


def drawing(charts: Sequence[Chart]) -> str:
    """The charts in one row."""
    frames, right = [], 0.0
    for chart in charts:
        frames.append(_frame(chart, right))
        right = frames[-1].x.end + _margin(chart)
    title = "; ".join(chart.title for chart in charts)
    image = tag(
        "svg",
        tag("title", title),
        tag("style", Markup(_STYLE)),
        *(tag("g", *_parts(frame)) for frame in frames),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {right:.0f} {_HEIGHT:.0f}",
        width=f"{right:.0f}",
        role="img",
    )
    return f"{image}\n"


def _frame(chart: Chart, left: float) -> _Frame:
    x = Axis.over(chart.xs(), left + _LEFT, left + _LEFT + _WIDTH, chart.x_log)
    return _Frame(chart, x, Axis.over(chart.ys(), _HEIGHT - _BOTTOM, _TOP, chart.y_log))


def _margin(chart: Chart) -> float:
    """Room for the names at the right."""
    names = [name for name, _, _ in _names(chart)]
    return 14 + _LETTER * max(map(len, names), default=0)


def _names(chart: Chart) -> Iterator[tuple[str, float, str]]:
    """Name, value and colour of what is named at the right end; a lone line needs no name."""
    if len(chart.lines) > 1:
        for k, line in enumerate(chart.lines):
            if line.points:
                yield line.name, line.points[-1].y, _colour(k)


def _colour(k: int) -> str:
    return COLOURS[k % len(COLOURS)]


def _parts(frame: _Frame) -> Iterator[Markup]:
    x, chart = frame.x, frame.chart
    middle = (x.start + x.end) / 2
    yield _text(chart.title, x.start, 20, class_="title")
    yield from _grid(frame)
    yield _text(chart.x_title, middle, _HEIGHT - 10, text_anchor="middle")
    yield _text(chart.y_title, x.start, 39)
    for k, line in enumerate(chart.lines):
        yield tag("g", *_line(line, frame, _colour(k)), class_="series", data_name=line.name)
    yield from _labels(frame)


def _grid(frame: _Frame) -> Iterator[Markup]:
    x, y = frame.x, frame.y
    for value, said in zip(y.ticks(), written(y.ticks()), strict=True):
        place = y.place(value)
        yield _segment(x.start, place, x.end, place, "grid")
        yield _text(said, x.start - 7, place + 4, text_anchor="end", class_="y-tick")
    yield _segment(x.start, y.start, x.end, y.start, "axis")
    marks = frame.chart.x_ticks or x.ticks()
    for value, said in zip(marks, written(marks), strict=True):
        place = x.place(value)
        yield _segment(place, y.start, place, y.start + 4, "axis")
        yield _text(said, place, y.start + 17, text_anchor="middle", class_="x-tick")


def _line(line: Line, frame: _Frame, colour: str) -> Iterator[Markup]:
    known = [p for p in line.points if math.isfinite(p.y)]
    places = [f"{frame.x.place(p.x):.2f},{frame.y.place(p.y):.2f}" for p in known]
    yield tag("polyline", points=" ".join(places), class_="line", stroke=colour)
    if line.marked:
        yield from (_mark(point, frame, colour) for point in known)


def _mark(point: Point, frame: _Frame, colour: str) -> Markup:
    x, y = frame.x.place(point.x), frame.y.place(point.y)
    parts = [tag("circle", cx=f"{x:.2f}", cy=f"{y:.2f}", r=3.4, fill=colour)]
    if point.low is not None and point.high is not None:
        low, high = frame.y.place(point.low), frame.y.place(point.high)
        parts.insert(0, tag("line", x1=x, x2=x, y1=low, y2=high, stroke=colour, stroke_width=1.2))
    return tag("g", *parts, class_="point")


def _labels(frame: _Frame) -> Iterator[Markup]:
    names = [n for n in _names(frame.chart) if math.isfinite(n[1])]
    wanted = [frame.y.place(value) for _, value, _ in names]
    for (name, _, colour), place in zip(
        names, apart(wanted, _GAP, _TOP, _HEIGHT - _BOTTOM), strict=True
    ):
        yield _text(name, frame.x.end + 8, place + 4, style=f"fill:{colour}", class_="name")


def _text(said: str, x: float, y: float, **attributes: str) -> Markup:
    return tag("text", said, x=f"{x:.1f}", y=f"{y:.1f}", **attributes)


def _segment(x1: float, y1: float, x2: float, y2: float, kind: str) -> Markup:
    ends = {"x1": f"{x1:.1f}", "y1": f"{y1:.1f}", "x2": f"{x2:.1f}", "y2": f"{y2:.1f}"}
    return tag("line", class_=kind, **ends)
