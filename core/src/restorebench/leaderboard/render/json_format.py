"""Boards as JSON: everything except the scores of single images, which the store has."""

from __future__ import annotations

import json as _json
import math
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any

from restorebench.console import json_text
from restorebench.leaderboard.board import Board
from restorebench.leaderboard.methods.board import method_board
from restorebench.leaderboard.methods.wins import board_wins, method_wins

_LEFT_OUT = frozenset({"images_table", "ranking_columns"})
_DIGITS = 12
"""Enough to keep a mean exact, few enough that all machines agree on an interval."""


def json(boards: Sequence[Board]) -> str:
    """An object with `methods`, the board over all tasks or null, and the list `boards`.

    `wins` has the second view of both: `methods`, and `boards` by task. Every field is under its
    name in `MethodBoard`, `Wins`, `Board`, `Section`, `Row`, ….

    Numbers have 12 significant digits; infinities are the texts ``"inf"`` and ``"-inf"``, NaN is
    null.
    """
    by_task = {board.task.name: board_wins(board) for board in boards}
    wins = {"methods": method_wins(boards), "boards": by_task}
    value = _plain({"methods": method_board(boards), "wins": wins, "boards": boards})
    return json_text(_json.dumps(value, ensure_ascii=False, allow_nan=False, indent=1)) + "\n"


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
