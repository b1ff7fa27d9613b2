"""Records by hand, and the boards that they make."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from restorebench.leaderboard import boards


@pytest.fixture
def kit(monkeypatch):
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    return importlib.import_module("board_kit")


@pytest.fixture
def section(kit):
    """The only section of the board of some records."""

    def make(records, *arguments):
        (board,) = boards(records, kit.suite_of(*arguments))
        (only,) = board.sections
        return only

    return make


@pytest.fixture
def notes(kit):
    """The footnotes of the board of some records."""
    return lambda records: boards(records, kit.suite_of())[0].footnotes
