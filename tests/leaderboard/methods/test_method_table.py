"""The board over all tasks stands first in every form."""

from __future__ import annotations

import csv
import io
import json

import pytest

from restorebench.leaderboard import boards
from restorebench.leaderboard.render.csv_format import csv as as_csv
from restorebench.leaderboard.render.html.index import index
from restorebench.leaderboard.render.html.page import html
from restorebench.leaderboard.render.json_format import json as as_json
from restorebench.leaderboard.render.latex import document, latex
from restorebench.leaderboard.render.markdown import markdown
from restorebench.leaderboard.render.reports import write_reports
from restorebench.leaderboard.render.terminal import plain


@pytest.fixture
def made(kit):
    return boards(kit.plain_records(), kit.suite_of())


@pytest.mark.parametrize("form", [plain, markdown, latex, document, html, index])
def test_it_stands_before_the_boards_of_tasks(made, form):
    text = form(made)
    body = text[text.find("<main") :] if "<main" in text else text
    assert 0 <= body.find("All tasks") < body.find("mean") < body.find("Fog removal")
    assert "0.500" in body


@pytest.mark.parametrize("form", [plain, markdown, html, latex])
def test_it_says_what_is_lacking_and_which_error_counts(made, form):
    text = " ".join(form(made).split())
    assert "classical lacks rain" in text
    assert "RMSE from PSNR against identity (fog, rain)" in text
    assert "net is fog-net (fog), rain-net (rain)" in text


def test_markdown_has_its_cells(made):
    lines = [line for line in markdown(made).splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[:5]]
    assert cells[0] == [
        "#", "method", "tasks", "mean rank ↓", "Borda ↑", "skill ↑", "fog ↑", "rain ↑"]  # fmt: skip
    assert cells[2:] == [
        ["1", "net", "2 of 2", "**1.00**", "**2.0**", "**0.500**", "**0.500**", "**0.500**"],
        ["2", "identity", "2 of 2", "2.00", "0.0", "0.000", "0.000", "0.000"],
        ["–", "classical", "1 of 2", "–", "–", "–", "0.000", "–"],
    ]


def test_csv_has_its_rows_first(made):
    first, _, third, *_ = csv.DictReader(io.StringIO(as_csv(made)))
    assert (first["kind"], first["restorer"], first["rank"]) == ("method", "net", "1")
    assert float(first["skill"]) == float(first["skill_rain"]) == pytest.approx(0.5)
    assert (third["lacks"], third["skill"], third["skill_rain"]) == ("rain", "", "")


def test_json_has_all_of_it(made):
    found = json.loads(as_json(made))
    assert [board["task"]["name"] for board in found["boards"]] == ["fog", "rain"]
    row = found["methods"]["rows"][2]
    assert (row["method"], row["lacks"], row["skill"]) == ("classical", ["rain"], None)


def test_the_reports_and_the_index_have_it_first(made, tmp_path):
    write_reports(made, tmp_path)
    for name in ("index.html", "README.md", "leaderboard.tex"):
        text = (tmp_path / name).read_text("utf-8")
        assert "All tasks" in text, name
    assert "All tasks" not in (tmp_path / "fog.html").read_text("utf-8")


def test_names_of_methods_are_escaped(kit):
    hostile = "<b>x</b> | *y*"
    records = kit.plain_records()
    for dataset in ("hills", "towns", "roads"):
        records += kit.scored("folder", dataset, 25, 25, options={"label": hostile, "path": "p"})
    made = boards(records, kit.suite_of())
    assert hostile not in html(made)
    assert r"&lt;b&gt;x&lt;/b&gt; \| \*y\*" in markdown(made)


def test_a_narrow_terminal_hides_what_it_must(made):
    import re

    from rich.console import Console

    from restorebench.leaderboard.render.terminal import terminal

    console = Console(width=50, color_system=None, force_terminal=False)
    with console.capture() as captured:
        console.print(terminal(made))
    first = captured.get().partition("Fog removal")[0]
    assert re.search(r"Columns hidden \(terminal too narrow\): .*fog", first.replace("\n", " "))
    assert max(map(len, first.splitlines())) <= 50
