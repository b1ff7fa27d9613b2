"""scores.md: its tables are what the script computes, and span what its text says."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "scores.md"
NUMBER = re.compile(r"[−-]?\d+\.\d+(?= \|$|\b)")


@pytest.fixture(scope="module")
def page():
    return PAGE.read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_tables_are_those_of_the_script(page):
    """Words exactly; numbers to a unit of their last digit, which other processors may round."""
    spec = importlib.util.spec_from_file_location("make", ROOT / "docs" / "make_scores.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    made = module.current()
    assert NUMBER.sub("#", made) == NUMBER.sub("#", page), "run `python docs/make_scores.py`"
    for new, old in zip(NUMBER.findall(made), NUMBER.findall(page), strict=True):
        unit = 10.0 ** -len(old.partition(".")[2])
        assert float(new) == pytest.approx(float(old), abs=1.01 * unit), (new, old)


def test_ssim_spans_what_the_text_says(page):
    table = page.partition("<!-- begin ssim -->")[2].partition("<!-- end ssim -->")[0]
    values = [float(value) for value in re.findall(r"([\d.]+) \|$", table, re.MULTILINE)]
    assert len(values) == 10
    assert f"From {min(values):.2f} to {max(values):.2f}, " in page
