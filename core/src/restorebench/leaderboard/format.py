"""Numbers and names as tables show them."""

from __future__ import annotations

import math
from collections.abc import Iterable

from restorebench.console import legible

ABSENT = "–"
LONGEST_NAME = 100
"""Characters of a name that tables show; all of it is in CSV and JSON."""
_LARGE = 1e12
"""From here on numbers have a power of ten, so that none of 300 digits pushes others off."""
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def format_number(value: float | None, digits: int) -> str:
    """A mean with fixed digits; ``∞`` for infinity, ``–`` for none."""
    if value is None or math.isnan(value):
        return ABSENT
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    shown = f"{value:.{digits}f}" if abs(value) < _LARGE else f"{value:.4g}"
    return shown.replace("-", "−")


def format_count(value: int | None) -> str:
    """A whole number; ``–`` for none."""
    return ABSENT if value is None else str(value)


def format_score(value: float | None) -> str:
    """The number that a ranking rule sorts by: whole, with one decimal (halves) or with three."""
    if value is None or math.isnan(value) or math.isinf(value):
        return format_number(value, 0)
    digits = 0 if value == round(value) else 1 if value * 2 == round(value * 2) else 3
    return format_number(value, digits)


def format_interval(ends: tuple[float, float] | None, digits: int) -> str:
    """Both ends of an interval; ``–`` for none."""
    return ABSENT if ends is None else " … ".join(format_number(end, digits) for end in ends)


def format_difference(value: float | None, digits: int) -> str:
    """A signed difference; an exact zero has no sign."""
    if value is None or value == 0:
        return format_number(value, digits)
    return ("+" if value > 0 else "") + format_number(value, digits)


def format_seconds(value: float | None) -> str:
    """Seconds with about three digits."""
    if value is None:
        return ABSENT
    if 0 < value < 0.0005:
        return "<0.001"
    digits = 3 if value < 1 else 2 if value < 10 else 1 if value < 100 else 0
    return f"{value:.{digits}f}"


def format_scaled(value: float | None) -> str:
    """A count with three digits and a power: ``17.1 M``, ``63.6 G``."""
    if value is None:
        return ABSENT
    for power, sign in ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")):
        if value >= power:
            return f"{_three_digits(value / power)} {sign}"
    return _three_digits(value)


def format_bytes(value: float | None) -> str:
    """Bytes as kB, MB or GB of a thousand each."""
    shown = format_scaled(value)
    return shown if value is None else f"{shown}B" if " " in shown else f"{shown} B"


def _three_digits(value: float) -> str:
    digits = 2 if value < 10 else 1 if value < 100 else 0
    shown = f"{value:.{digits}f}"
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


def superscript(numbers: Iterable[int]) -> str:
    """Footnote numbers, raised, with a thin space before: `` ¹ ``; nothing for none."""
    raised = " ".join(str(n).translate(_RAISED) for n in numbers)
    return f"\N{THIN SPACE}{raised}" if raised else ""


def one_line(text: str) -> str:
    """Text without line breaks, tabs and other control characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in legible(text)).split())


def shortened(value: str, longest: int) -> str:
    """Text on one line, cut where it is longer than `longest` characters."""
    line = one_line(value)
    return line if len(line) <= longest else line[: longest - 1] + "…"


def short_hash(digest: str) -> str:
    """The first 12 digits of a hash."""
    return digest[:12]
