"""The kit, and the board over all tasks of some records."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from restorebench.leaderboard import boards
from restorebench.leaderboard.methods.board import method_board


@pytest.fixture
def kit(monkeypatch):
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    return importlib.import_module("methods_kit")


@pytest.fixture
def over_all(kit):
    """The board over all tasks of some records."""
    return lambda records, *rain_by: method_board(boards(records, kit.suite_of(*rain_by)))
