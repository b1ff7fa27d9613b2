"""Boards as JSON: everything except the scores of single images, which the store has."""

from __future__ import annotations

import json as _json
import math
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any

from restorebench.leaderboard.board import Board
from restorebench.leaderboard.methods.board import method_board

_LEFT_OUT = frozenset({"images_table", "ranking_columns"})
_DIGITS = 12
"""Enough to keep a mean exact, few enough that all machines agree on an interval."""


def json(boards: Sequence[Board]) -> str:
    """An object with `methods`, the board over all tasks or null, and the list `boards`.

    Every field is under its name in `MethodBoard`, `Board`, `Section`, `Row`, ….

    Numbers have 12 significant digits; infinities are the texts ``"inf"`` and ``"-inf"``, NaN is
    null.
    """
    value = {"methods": _plain(method_board(boards)), "boards": [_plain(b) for b in boards]}
    return _json.dumps(value, ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        names = (f.name for f in fields(value) if f.name not in _LEFT_OUT)
        return {name: _plain(getattr(value, name)) for name in names}
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return json_number(value) if isinstance(value, float) else value


def json_number(value: float | None, digits: int = _DIGITS) -> float | str | None:
    """A number of so many significant digits; ``"inf"`` and ``"-inf"``, None for none and NaN."""
    if value is None or math.isnan(value):
        return None
    return float(f"{value:.{digits}g}") if math.isfinite(value) else str(value)
