"""The tutorial, from its first command to its last; its table counts what is typed."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "tutorial.md"


@pytest.fixture(scope="module")
def maker():
    spec = importlib.util.spec_from_file_location("make", ROOT / "docs" / "make_tutorial.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_table_is_that_of_the_script(maker):
    assert maker.current() == PAGE.read_text("utf-8"), "run `python docs/make_tutorial.py`"


@pytest.mark.parametrize(("path", "minutes"), [("own images and model", 3), ("own task", 10)])
def test_a_path_takes_no_longer_than_it_may(path, minutes):
    row = re.search(rf"^\| {path} .* ([\d.]+) min \|$", PAGE.read_text("utf-8"), re.MULTILINE)
    assert float(row[1]) <= minutes
