"""Images whose sizes do not go together, and what the difference looks like."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import TypeAlias

Size: TypeAlias = tuple[int, int]

_BORDER = 64
"""Pixels up to which a difference is taken for a border or a crop."""

_ENOUGH = 3
"""Images of one size beside which another one is odd."""


def shown(size: Size) -> str:
    """Width × height."""
    return f"{size[0]}×{size[1]}"


def advice(there: Size, expected: Size) -> str:
    """What probably happened to an image of another size than expected, and what to do."""
    if there == expected[::-1] and there[0] != there[1]:
        return "one of the two is turned by 90°: save both upright"
    x, y = there[0] - expected[0], there[1] - expected[1]
    if there[0] * expected[1] == there[1] * expected[0]:
        times = max(there[0] / expected[0], expected[0] / there[0])
        return f"one of the two was resized ({times:g} times): get the original of that one again"
    if 0 < x <= _BORDER and 0 < y <= _BORDER:
        return f"if it has a border, cut off {x / 2:g} and {y / 2:g} pixels on each side"
    return "get the originals again: images are never resized or cropped to fit"


def odd_one(sizes: Mapping[Path, Size]) -> tuple[Path, Size] | None:
    """The one image whose size is not that of all the others, and their size."""
    counts = Counter(sizes.values()).most_common()
    if len(counts) != 2 or counts[1][1] != 1 or counts[0][1] < _ENOUGH:
        return None
    return next(path for path, size in sizes.items() if size == counts[1][0]), counts[0][0]
