"""What a plot shows: lines with names over two axes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from restorebench.ablation.curves import Point


@dataclass(frozen=True)
class Line:
    """Points with a name; they are marked one by one where `marked`."""

    name: str
    points: tuple[Point, ...]
    marked: bool = False


@dataclass(frozen=True)
class Chart:
    """Lines over two titled axes; `x_ticks` are the only ticks of x if there are any."""

    title: str
    x_title: str
    y_title: str
    lines: tuple[Line, ...]
    x_log: bool = False
    y_log: bool = False
    x_ticks: tuple[float, ...] = ()

    def xs(self) -> Sequence[float]:
        """Every x that must fit."""
        return [*self.x_ticks, *(point.x for line in self.lines for point in line.points)]

    def ys(self) -> Sequence[float]:
        """Every y that must fit."""
        points = [point for line in self.lines for point in line.points]
        ends = [end for p in points for end in (p.low, p.high) if end is not None]
        return [*(point.y for point in points), *ends]
