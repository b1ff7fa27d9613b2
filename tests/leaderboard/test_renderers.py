"""The same board as Markdown, as CSV, in a terminal and as files."""

from __future__ import annotations

import csv
import io
import math

import pytest

from restorebench.csv_table import read_table
from restorebench.leaderboard import boards
from restorebench.leaderboard.render.csv_format import csv as as_csv
from restorebench.leaderboard.render.json_format import json as as_json
from restorebench.leaderboard.render.latex import latex
from restorebench.leaderboard.render.markdown import escape, markdown
from restorebench.leaderboard.render.reports import write_reports
from restorebench.leaderboard.render.terminal import plain


@pytest.fixture
def some_boards(kit):
    missing = {"distance": "put trunk.pth into /weights"}
    records = [
        *kit.scored("identity", 1.25, 1.25, missing=missing),
        *kit.scored("fine", 2, 3, missing=missing),
        *kit.scored("exact", math.inf, 7, missing=missing),
        *kit.scored("half", 9, missing=missing),
    ]
    runs = {"run-1": {"plugins": {"restorebench": "0.1.0"}, "packages": {"numpy": "2.4.6"}}}
    return boards(records, kit.suite_of(), runs.get)


def table_rows(text):
    lines = [line.strip("|").split("|") for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line] for line in lines]


def test_markdown_tables(some_boards):
    head, _, *rows = table_rows(markdown(some_boards).partition("<details>")[0])
    assert head == ["#", "restorer", "tie", "SHARPNESS ↑", "DISTANCE ↓\N{THIN SPACE}¹",
                    "Δ SHARPNESS", "images", "s/img"]  # fmt: skip
    assert rows == [
        ["1", "exact", "?", "**∞**", "–", "+∞", "2", "0.500"],
        ["2", "fine", "?", "2.50", "–", "+1.25", "2", "0.500"],
        ["3", "identity (ref)", "?", "1.25", "–", "0.00", "2", "0.500"],
        ["–", "half\N{THIN SPACE}²", "", "9.00", "–", "–", "1", "0.500"],
    ]


def test_markdown_columns_are_aligned(some_boards):
    ranked, *_ = markdown(some_boards).partition("<details>")
    lines = [line for line in ranked.splitlines() if line.startswith("|")]
    assert len({tuple(i for i, c in enumerate(line) if c == "|") for line in lines}) == 1


def test_markdown_says_how_it_came_about(some_boards):
    text = markdown(some_boards)
    assert "Ranked by SHARPNESS (ac), higher is better" in text
    assert f"`{'a' * 12}`" in text
    assert f"`{'d' * 12}`" in text
    assert "restorebench 0.1.0" in text
    assert "- ¹ DISTANCE: put trunk.pth into /weights" in text


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("a|b", r"a\|b"),
        ("two\nlines", "two lines"),
        ("<img src=x>", "&lt;img src=x&gt;"),
        ("*bold* `code`", r"\*bold\* \`code\`"),
        ("_it_ but snake_case", r"\_it\_ but snake_case"),
        ("[link](x)", r"\[link\](x)"),
        ("bell\a&", "bell &amp;"),
    ],
)
def test_names_cannot_break_markdown(name, shown):
    assert escape(name) == shown


def test_a_hostile_label_stays_in_its_cell(kit):
    records = kit.scored("folder", 1, options={"label": "x | <b>\n| y", "path": "p"})
    _, _, row = markdown(boards(records, kit.suite_of())).split("\n|")[-3:]
    assert r"x \| &lt;b&gt; \| y" in row


def test_csv_keeps_every_digit(kit):
    third = 1 / 3
    (line,) = csv.DictReader(io.StringIO(as_csv(boards(kit.scored("net", third), kit.suite_of()))))
    assert float(line["sharpness"]) == third
    assert (line["protocol_hash"], line["dataset_hash"]) == ("a" * 16, "d" * 32)


def test_csv_has_a_line_per_row_and_section(some_boards):
    lines = list(csv.DictReader(io.StringIO(as_csv(some_boards))))
    assert [(line["restorer"], line["rank"], line["sharpness"]) for line in lines] == [
        ("exact", "1", "inf"),
        ("fine", "2", "2.5"),
        ("identity", "3", "1.25"),
        ("half", "", "9.0"),
    ]
    assert "not ranked: 1 of 2 images" in lines[3]["notes"]


def test_the_terminal_table_fits_100_columns(kit):
    columns = {f"sharpness_in_region_{n}": 1.0 for n in range(20)}
    scores = {"sharpness": 12.5, **columns}
    text = plain(boards([kit.record("a-rather-long-name" * 3, scores=scores)], kit.suite_of()))
    assert max(map(len, text.splitlines())) <= 100
    assert "12.50" in text
    assert "Columns hidden (terminal too narrow): " in text


def test_the_terminal_table_shows_names_as_they_are(kit):
    records = kit.scored("folder", 1, options={"label": "[red]x[/red]", "path": "p"})
    assert "[red]x[/red]" in plain(boards(records, kit.suite_of()))


def test_sections_of_one_data_set_are_distinguished(kit):
    records = [*kit.scored("net", 1), *kit.scored("net", 2, dataset_hash="e" * 32)]
    text = plain(boards(records, kit.suite_of()))
    assert text.count("eeeeeeeeeeee") == 2


def test_reports_are_two_indexes_two_pages_per_task_and_tables(some_boards, tmp_path):
    paths = write_reports(some_boards, tmp_path / "new")
    assert [path.name for path in paths] == [
        *("index.html", "README.md", "deblur.md", "deblur.html", "leaderboard.csv"),
        "leaderboard.tex",
    ]
    assert sorted(tmp_path.joinpath("new").iterdir()) == sorted(paths)
    assert "[Deblurring](deblur.md)" in paths[1].read_text("utf-8")
    assert paths[2].read_text("utf-8").startswith("# Deblurring\n")


def test_a_report_is_replaced_whole_or_not_at_all(some_boards, tmp_path, monkeypatch):
    (old, *_) = write_reports(some_boards, tmp_path)
    before = old.read_text("utf-8")
    monkeypatch.setattr("os.replace", lambda *_: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        write_reports([], tmp_path)
    assert old.read_text("utf-8") == before
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_renderers_are_registered(kit, some_boards):
    suite = kit.suite_of()
    assert set(suite.renderers.names()) == {
        *("csv", "html", "json", "latex", "latex-document", "markdown", "terminal", "wins")
    }
    assert suite.renderers.load("markdown")(some_boards) == markdown(some_boards)


def test_titles_and_directions_come_from_the_metric(kit):
    records = [kit.record("net", scores={"sharpness": 1.0, "lab_mae_mask": 2.0, "beauty_x": 3.0})]
    (board,) = boards(records, kit.suite_of())
    assert [(c.title, c.arrow) for c in board.sections[0].columns] == [
        ("SHARPNESS", "↑"),
        ("LAB MAE mask", "↓"),
        ("beauty x", ""),
    ]


@pytest.mark.parametrize(
    ("label", "shown"),
    [
        ("=1+1", "'=1+1"),
        ("+A1", "'+A1"),
        ("-x", "'-x"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=x", "'=x"),
        ("a\rb\nc", "a b c"),
        ("\x1b[31mred", r"\x1b[31mred"),
        ("te\udce9m", r"te\xe9m"),
        ("plain - text", "plain - text"),
    ],
)
def test_csv_holds_no_formula_no_escape_and_no_break(kit, label, shown, tmp_path):
    made = boards([*kit.scored(label, -1), *kit.scored("other", 3)], kit.suite_of())
    text = as_csv(made)
    (tmp_path / "board.csv").write_text(text, "utf-8")
    rows = [row for row in csv.DictReader(io.StringIO(text)) if row["kind"] == "run"]
    assert [row["restorer"] for row in rows] == ["other", shown]
    assert [float(row["sharpness"]) for row in rows] == [3, -1]  # a number is none of these
    if shown.startswith("'"):
        found = read_table(tmp_path / "board.csv")  # which spreadsheets show without it, as we do
        assert shown[1:] in found.columns["restorer"]


def test_a_long_name_is_cut_where_it_would_pad_a_table(kit):
    label = "long " * 1000
    made = boards([*kit.scored(label, 1), *kit.scored("other", 3)], kit.suite_of())
    assert max(map(len, markdown(made).splitlines())) < 400
    assert max(map(len, latex(made).splitlines())) < 400
    assert plain(made).count("long") < 30
    assert label.strip() in as_csv(made)
    assert label in as_json(made)
