"""Each form of a report, byte for byte, from fixed records."""

from __future__ import annotations

import difflib
import importlib
import json
import math
import re

import pytest

from restorebench.leaderboard.render.json_format import json as as_json


@pytest.fixture(scope="module")
def golden(kit):
    return importlib.import_module("golden_kit")


@pytest.fixture(scope="module")
def reports(golden):
    return golden.reports()


FILES = ("report.md", "report.csv", "report.json", "tables.tex", "report.tex", "report.html",
         "report.txt", "wins.txt")  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_a_report_is_the_golden_one(golden, reports, name):
    kept = _ten_digits((golden.FOLDER / name).read_bytes().decode())
    made = _ten_digits(reports[name])
    changed = list(difflib.unified_diff(kept.split("\n"), made.split("\n"), n=0))
    assert made == kept, "\n".join(line[:300] for line in changed[:30])


def _ten_digits(text: str) -> str:
    """Long numbers rounded: the last digits of an interval are not the same on all processors."""
    return re.sub(r"\d+\.\d{11,}", lambda found: f"{float(found[0]):.10g}", text)


def test_every_form_of_core_has_a_golden_report(golden, suite):
    assert set(golden.FORMS) == set(suite.renderers.names())
    assert set(golden.FORMS.values()) == set(FILES)


def test_the_forms_agree(golden, reports):
    """The same means in all of them, as their records say."""
    lines = (golden.FOLDER / "records.jsonl").read_text("utf-8").splitlines()
    records = [json.loads(line) for line in lines]
    own = [r["scores"]["psnr"] for r in records if r["options"].get("label") == "AlphaHaze"]
    mean = math.fsum(own) / len(own)
    for name, text in reports.items():
        if name == golden.FORMS["wins"]:  # has no means
            continue
        assert f"{mean:.2f}" in text or f"{mean:.9f}"[:-1] in text, name


def test_json_has_every_field_and_is_strict(golden):
    whole = json.loads(as_json(golden.golden_boards()), parse_constant=pytest.fail)
    (board,) = whole["boards"]
    assert whole["methods"] is None  # of one task
    first = board["sections"][0]["rows"][0]
    assert (first["label"], first["means"]["psnr"], first["rank"]) == ("brighten", "inf", 1)
    assert board["task"]["rank_by"] == "psnr"
    assert "images_table" not in board["sections"][0]
