"""What the fields of a stored record may hold.

Plain functions in place of a validation library: a store has millions of lines, and listing them
must not wait for an import.
"""

from __future__ import annotations

import math
import reprlib
import sys
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from typing import Any, TypeAlias

from restorebench.types import Cost, Record

Kind: TypeAlias = Callable[[Any], bool]
"""Whether a value is of a kind."""

NAMES = tuple(field.name for field in fields(Record))
"""The fields, in their order."""

SPECIAL_SCORES = {"inf": math.inf, "-inf": -math.inf, "nan": math.nan}
"""Numbers that JSON lacks, by the texts that stand for them."""

_REQUIRED = tuple(
    f.name for f in fields(Record) if f.default is MISSING and f.default_factory is MISSING
)
_LARGEST = sys.float_info.max


def is_text(value: object) -> bool:
    """Whether a value is a text."""
    return isinstance(value, str)


def is_count(value: object) -> bool:
    """Whether a value is a whole number from 0 that fits in 64 bits."""
    return type(value) is int and 0 <= value < 1 << 63


def is_seed(value: object) -> bool:
    """Whether a value is a whole number that fits in 64 bits with its sign."""
    return type(value) is int and -(1 << 63) <= value < 1 << 63


def is_option(value: object) -> bool:
    """Whether a value is a text, a finite number, true, false or null."""
    return value is None or isinstance(value, str | bool) or _is_number(value)


def wrong_field(line: Mapping[str, Any]) -> str:
    """The first field that is absent, unknown or holds another kind of value, or ``""``."""
    for name in _REQUIRED:
        if name not in line:
            return f"{name!r} is absent"
    for name, value in line.items():
        if name not in _KINDS:
            return f"{reprlib.repr(name)} is unknown"
        if not _KINDS[name](value):
            return f"{name!r} is {reprlib.repr(value)}"
    return ""


def _is_number(value: Any) -> bool:
    return type(value) in {int, float} and -_LARGEST <= value <= _LARGEST


def _is_score(value: Any) -> bool:
    return value in SPECIAL_SCORES if isinstance(value, str) else _is_number(value)


def _is_cost(value: object) -> bool:
    if not isinstance(value, dict) or "seconds" not in value:
        return False
    return all(k in _COST and _COST[k](v) for k, v in value.items())


def _or_none(kind: Kind) -> Kind:
    return lambda value: value is None or kind(value)


def _table_of(kind: Kind) -> Kind:
    return lambda value: isinstance(value, dict) and all(map(kind, value.values()))


_COST: dict[str, Kind] = {
    **dict.fromkeys((field.name for field in fields(Cost)), _or_none(is_count)),
    "seconds": lambda value: _is_number(value) and value >= 0,
}
_KINDS: dict[str, Kind] = {
    "schema": is_count,
    **dict.fromkeys(NAMES, is_text),
    **dict.fromkeys(("revision", "draw"), is_count),
    "seed": is_seed,
    **dict.fromkeys(("prediction", "error"), _or_none(is_text)),
    **dict.fromkeys(("options", "extra"), _table_of(is_option)),
    "scores": _table_of(_is_score),
    "missing": _table_of(is_text),
    "cost": _or_none(_is_cost),
}
