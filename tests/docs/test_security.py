"""SECURITY.md: each row of its tables names tests, and each of those exists."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROWS = [
    row
    for row in (ROOT / "SECURITY.md").read_text(encoding="utf-8").splitlines()
    if row.startswith("| ") and not row.endswith("shown by |")
]


def names_in(file: str) -> set[str]:
    module = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    return {node.name for node in module.body if isinstance(node, ast.FunctionDef)}


def test_all_who_can_hand_us_something_are_there():
    assert len(ROWS) >= 30


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.split("|")[1].strip())
def test_what_is_said_to_hold_has_a_test(row):
    named = re.findall(r"`(tests/\S+\.py)::(\w+)`", row.rpartition(" | ")[2])
    assert named
    assert [name for file, name in named if name not in names_in(file)] == []
