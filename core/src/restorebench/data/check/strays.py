"""Images that lie where a split's files are looked for, but belong to none of its patterns."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable
from dataclasses import dataclass
from pathlib import Path

from restorebench.data.layouts.layout import IMAGES, MAPS, Layout, SplitFiles
from restorebench.data.layouts.names import natural
from restorebench.data.layouts.pattern import Pattern
from restorebench.data.layouts.walk import walk

FIELDS = (*IMAGES, *MAPS)


@dataclass(frozen=True)
class Stray:
    """An image that fits no pattern, and the field in whose folder it lies."""

    relative: str
    path: Path
    field: str


def strays_of(split: SplitFiles, folder: Path, known: Container[Path]) -> tuple[Stray, ...]:
    """The images beside those of a split that are not `known`, by name."""
    found: dict[str, Stray] = {}
    for field in FIELDS:
        for relative, path in _beside(split.patterns(field), folder):
            if (place := Path(path)) not in known:
                found.setdefault(relative, Stray(relative, place, field))
    return tuple(found[name] for name in sorted(found, key=natural))


def every_pattern(layout: Layout) -> Iterable[Pattern]:
    """All patterns of a layout."""
    for split in layout.splits.values():
        for field in FIELDS:
            yield from split.patterns(field)


def _beside(patterns: Iterable[Pattern], folder: Path) -> Iterable[tuple[str, str]]:
    for pattern in patterns:
        *above, _ = pattern.text.split("/")
        parts = [part if part == "**" else re.sub(r"\{\w+\}", "*", part) for part in above]
        yield from walk(str(folder), "/".join([*parts, "*"]))
