"""index.md: its leaderboard is what its commands print."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
NUMBER = re.compile(r"[+−-]?\d+\.\d+")


@pytest.mark.slow
def test_the_board_is_the_output_of_its_commands():
    """Words exactly; numbers to two units of the last digit, as networks round by machine."""
    spec = importlib.util.spec_from_file_location("make_board", DOCS / "make_board.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    page = module.PAGE.read_text(encoding="utf-8")
    made = module.current()
    assert NUMBER.sub("#", made) == NUMBER.sub("#", page), "run `python docs/make_board.py`"
    for new, old in zip(NUMBER.findall(made), NUMBER.findall(page), strict=True):
        unit = 10.0 ** -len(old.partition(".")[2])
        values = [float(number.replace("−", "-")) for number in (new, old)]
        assert values[0] == pytest.approx(values[1], abs=2.01 * unit), (new, old)
