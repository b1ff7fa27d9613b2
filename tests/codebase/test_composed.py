"""Unicode's form NFC of any text, in time that grows with its length alone."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restorebench.console import composed
from restorebench.csv_table import read_lines
from restorebench.data.layouts.names import normal

MARKS = ("\u0301\u0316", "\u0f73", "\u0344\u0316")
"""Marks that have to be sorted; the second one is a letter by its class."""


@given(st.text(max_size=30))
def test_texts_that_people_write_are_in_form_nfc(text):
    assert composed(text) == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize("length", [30, 31, 1000])
def test_only_more_marks_than_any_language_has_are_divided(length):
    letters = composed("e" + "\u0301" * length)
    assert letters.replace("\u034f", "") == unicodedata.normalize("NFC", "e" + "\u0301" * length)
    assert letters.count("\u034f") == (length - 1) // 30
    assert composed(letters) == letters


@pytest.mark.parametrize("marks", MARKS)
def test_many_accents_take_no_time(marks, tmp_path):
    """The form of their sorted whole would take an hour."""
    text = "a" + marks * (300_000 // len(marks))
    (tmp_path / "a.csv").write_text(f"name,psnr\n{text[:60_000]},1\n", encoding="utf-8")
    start = time.process_time()
    normal(text)
    read_lines(tmp_path / "a.csv")
    assert time.process_time() - start < 3
