"""Names of images: how they compare, in which order they come, what to say of an absent one."""

from __future__ import annotations

import re
from collections.abc import Collection
from difflib import SequenceMatcher

from restorebench.console import composed, legible

_SHOWN = 5


def normal(name: str) -> str:
    """The name in Unicode's form NFC, so that macOS' ``café`` is that of Linux.

    Bytes that are not UTF-8 become escapes, so that every name can be stored and written.
    """
    return composed(legible(name))


def natural(name: str) -> tuple[list[tuple[str, int]], str]:
    """A sort key by which numbers count as numbers: 1, 2, 10."""
    parts = re.findall(r"(\D*)(\d*)", name)
    return [(text, int(digits or -1)) for text, digits in parts], name


def lacks(
    place: object, absent: list[str], expected: int, what: str, there: Collection[str]
) -> str:
    """An error: `place` lacks these names, of `expected` ones in all; what it holds instead."""
    more = f" and {len(absent) - _SHOWN} more" if len(absent) > _SHOWN else ""
    return (
        f"{place} lacks {', '.join(absent[:_SHOWN])}{more} (of {expected} {what}); "
        f"{instead(absent[0], there)}; names must be the same, but for suffixes"
    )


def instead(name: str, there: Collection[str]) -> str:
    """What there is in place of `name`, the most similar first."""
    if not there:
        return "there are no others"
    near = sorted(there, key=lambda other: (-_likeness(name, other), natural(other)))
    shown = (repr(other) if other != other.strip() else other for other in near[:3])
    return f"there is {', '.join(shown)}{', …' if len(near) > 3 else ''} instead"


def _likeness(a: str, b: str) -> float:
    return SequenceMatcher(None, a.casefold(), b.casefold(), autojunk=False).quick_ratio()
