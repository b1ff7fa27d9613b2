"""The perception–distortion plane of a section: LPIPS against PSNR, a point per row.

Blau and Michaeli, "The Perception–Distortion Tradeoff", CVPR 2018: below some distortion, what is
nearer to the target looks less like an image. Drawn once wide and once narrow, so that the text
stays readable on a phone without a script.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from restorebench.leaderboard.board import Section
from restorebench.leaderboard.format import LONGEST_NAME, shortened
from restorebench.leaderboard.render.html.scale import Scale, scale_of

DISTORTION, PERCEPTION = "psnr", "lpips"
WIDTHS = (720, 340)
"""Of the drawings for wide and for narrow screens, in pixels."""

HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 330, 52, 16, 26, 44
_RADIUS, _LETTER, _LINE = 4.5, 6.4, 13
_LONGEST = 30
_OFFSETS = (4, *(offset for n in range(22) for offset in (-8 - 13 * n, 17 + 13 * n)))
"""How far below its point's middle a label's baseline may stand, nearest first."""


@dataclass(frozen=True)
class Point:
    """A row in a drawing, and where its label stands."""

    label: str
    text: str
    description: str
    x: float
    y: float
    text_x: float
    text_y: float
    end: bool

    @property
    def far(self) -> bool:
        """Whether the label is so far off that a line leads to it."""
        return abs(self.text_y - 4 - self.y) > _LINE + 5


@dataclass(frozen=True)
class Plane:
    """One drawing; `arrows` are (x1, y1, x2, y2), from the row that another one starts from."""

    width: int
    x: Scale
    y: Scale
    points: tuple[Point, ...]
    arrows: tuple[tuple[float, float, float, float], ...]
    height: int = HEIGHT
    left: int = LEFT
    top: int = TOP

    @property
    def right(self) -> int:
        """The right end of the axes."""
        return self.width - RIGHT

    @property
    def baseline(self) -> int:
        """The lower end of the axes."""
        return HEIGHT - BOTTOM


def planes(section: Section) -> list[Plane]:
    """The drawings of a section, wide and narrow; none with fewer than two rows to draw."""
    names = {column.name for column in section.columns}
    places = {
        row.label: (row.means[DISTORTION], row.means[PERCEPTION])
        for row in section.rows
        if row.complete
        and all(math.isfinite(row.means.get(c, math.nan)) for c in (DISTORTION, PERCEPTION))
    }
    if len(places) < 2 or not {DISTORTION, PERCEPTION} <= names:
        return []
    starts = [(row.initial, row.label) for row in section.rows]
    arrows = [pair for pair in starts if all(label in places for label in pair)]
    return [_plane(width, places, arrows) for width in WIDTHS]


def _plane(
    width: int, places: dict[str, tuple[float, float]], arrows: Sequence[tuple[str, str]]
) -> Plane:
    across, down = zip(*places.values(), strict=True)
    x = scale_of(across, LEFT, width - RIGHT, ticks=width // 85)
    y = scale_of(down, HEIGHT - BOTTOM, TOP)
    at = {label: (x.at(psnr), y.at(lpips)) for label, (psnr, lpips) in places.items()}
    points = _labelled(places, at, width)
    return Plane(width, x, y, points, tuple(_arrow(at[a], at[b]) for a, b in arrows))


def _arrow(
    start: tuple[float, float], end: tuple[float, float]
) -> tuple[float, float, float, float]:
    """From circle to circle, with a gap."""
    length = math.dist(start, end)
    gap = min((_RADIUS + 2) / length, 0.5) if length else 0.5
    (x1, y1), (x2, y2) = start, end
    dx, dy = gap * (x2 - x1), gap * (y2 - y1)
    return x1 + dx, y1 + dy, x2 - dx, y2 - dy


@dataclass(frozen=True)
class _Box:
    left: float
    right: float
    top: float
    bottom: float

    def meets(self, other: _Box) -> bool:
        beside = self.left < other.right and other.left < self.right
        return beside and self.top < other.bottom and other.top < self.bottom


def _labelled(
    places: dict[str, tuple[float, float]], at: dict[str, tuple[float, float]], width: int
) -> tuple[Point, ...]:
    """The points, each label beside its own, moved where it would cover something."""
    taken = [_Box(x - 6, x + 6, y - 6, y + 6) for x, y in at.values()]
    points = []
    for label, (psnr, lpips) in places.items():
        (x, y), text = at[label], shortened(label, min(_LONGEST, width // 14))
        box, end, offset = _place(x, y, _LETTER * len(text), width, taken)
        taken.append(box)
        name = shortened(label, LONGEST_NAME)
        about = f"{name}: PSNR {psnr:.2f} dB, LPIPS {lpips:.4f}"
        text_x = x - 9 if end else x + 9
        points.append(Point(label, text, about, x, y, text_x, y + offset, end))
    return tuple(points)


def _place(
    x: float, y: float, length: float, width: int, taken: Sequence[_Box]
) -> tuple[_Box, bool, float]:
    """Where a label of that length covers least: its box, whether it ends at x, its offset."""

    def box(end: bool, offset: float) -> _Box:
        left = x - 9 - length if end else x + 9
        return _Box(left, left + length, y + offset - _LINE + 3, y + offset + 3)

    def cost(place: tuple[bool, float]) -> float:
        own = box(*place)
        outside = own.left < 0 or own.right > width or own.top < 0 or own.bottom > HEIGHT - BOTTOM
        return 1000 * (sum(map(own.meets, taken)) + 10 * outside) + abs(place[1] - 4)

    end, offset = min(((e, o) for o in _OFFSETS for e in (False, True)), key=cost)
    return box(end, offset), end, offset
