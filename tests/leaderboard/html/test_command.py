"""The verb `leaderboard`: forms, files, images, and files that are renewed."""

from __future__ import annotations

import csv
import io
from functools import partial

import pytest

from restorebench import LazySpec, hookimpl
from restorebench.cli.reports.board_ranking import _struck
from restorebench.plugins import Suite, inline


@pytest.fixture
def call(invoke, suite, store, monkeypatch):
    """Run the verb on the store; the result has `exit_code`, `stdout` and `stderr`."""
    monkeypatch.setattr("restorebench.cli.output.suite", lambda: suite)
    return partial(invoke, "leaderboard", "--results", store.folder)


@pytest.mark.parametrize(
    ("form", "start"),
    [
        ("html", "<!doctype html>"),
        ("latex", "% Needs"),
        ("latex-document", r"\documentclass"),
        ("markdown", "## Fog removal"),
        ("csv", "kind,task,"),
        ("json", "{\n"),
    ],
)
def test_each_form_can_be_printed(call, form, start):
    result = call("--format", form)
    assert result.exit_code == 0, result.stderr
    assert result.stdout.startswith(start)


def test_a_file_gets_what_the_form_gives_and_nothing_is_printed(call, tmp_path):
    file = tmp_path / "new" / "table.tex"
    assert call("--format", "latex", "--output", str(file)).stdout == ""
    assert r"\toprule" in file.read_text("utf-8")


def test_a_folder_gets_all_reports(call, tmp_path):
    result = call("--output", str(tmp_path / "reports"))
    names = sorted(path.name for path in (tmp_path / "reports").iterdir())
    assert {
        "index.html",
        "README.md",
        "fog.html",
        "fog.md",
        "leaderboard.csv",
        "leaderboard.tex",
    } <= set(names)
    assert "Fog removal" in result.stdout


def test_images_are_there_when_they_are_asked_for(call, tmp_path):
    assert "data:image" not in call("--format", "html").stdout
    assert "data:image/webp" in call("--format", "html", "--images", "1").stdout
    call("--images", "1", "--output", str(tmp_path / "reports"))
    assert "data:image/webp" in (tmp_path / "reports" / "fog.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--watch",), "--watch writes files"),
        (("--serve", "--output", "x"), "--serve shows a page"),
        (("--format", "csv", "--images", "2"), "'csv' takes no images"),
        (("--format", "terminal", "--output", "x.txt"), "choose a --format that is text"),
        (("--disqualify", "brighten"), "ROW=REASON"),
        (("--disqualify", "brihten=late"), "no row is called 'brihten'; did you mean 'brighten'"),
        (("--floor", "identty"), "no row is called 'identty'; did you mean 'identity'"),
        (("--task", "nothing"), "; it has those of fog"),
        (("--rank-by", "rank-sum:"), "is not a ranking rule"),
    ],
)
def test_options_that_do_not_fit_are_errors(call, arguments, message):
    result = call(*arguments)
    assert result.exit_code == 2
    assert message in result.stderr


def test_ranking_options_reach_the_board(call):
    found = call("--format", "csv", "--baseline", "identity", "--rank-by", "ssim").stdout
    ranks = ranks_of(found)
    assert ranks["identity"] == ""
    assert ranks["brighten"] == "1"


def ranks_of(text):
    return {line["restorer"]: line["rank"] for line in csv.DictReader(io.StringIO(text))}


def test_rows_behind_the_floor_have_no_place_and_say_so(call):
    before = ranks_of(call("--format", "csv").stdout)
    assert (before["brighten"], before["identity"]) == ("1", "3")
    found = call("--format", "csv", "--floor", "brighten").stdout
    assert set(ranks_of(found).values()) == {""}
    assert "not ranked: a baseline" in found
    assert "not ranked: behind brighten" in found


def test_the_name_of_a_row_that_is_disqualified_may_have_options():
    assert _struck("blur(radius=3,x=1)=a = b (late)") == ("blur(radius=3,x=1)", "a = b (late)")
    assert _struck("Team :( =late") == ("Team :( ", "late")


def test_a_plugin_adds_a_form(call, kit, monkeypatch):
    class Count:
        @hookimpl
        def restorebench_renderers(self):
            return [LazySpec(name="count", summary="How many rows", target=f"{kit.__name__}:count")]

    def count(boards):
        return f"{sum(len(section.rows) for board in boards for section in board.sections)} rows"

    monkeypatch.setattr(kit, "count", count, raising=False)
    suite = Suite(plugins=[inline(kit.Fog(), "fog"), inline(Count(), "count")])
    monkeypatch.setattr("restorebench.cli.output.suite", lambda: suite)
    assert call("--format", "count").stdout == "3 rows\n"


def test_watching_writes_again_when_the_records_change(call, store, tmp_path, monkeypatch):
    file = tmp_path / "page.html"
    written = []

    def sleep(seconds):
        written.append(file.exists() and file.stat().st_mtime_ns)
        file.unlink(missing_ok=True)
        if len(written) == 3:
            raise KeyboardInterrupt
        if len(written) == 2:
            store.path.touch()

    monkeypatch.setattr("restorebench.leaderboard.render.html.live.time.sleep", sleep)
    result = call("--format", "html", "--output", str(file), "--watch")
    assert result.exit_code == 0
    assert [bool(time) for time in written] == [True, False, True]


def test_serving_says_where_and_shows_the_page_with_images(call, monkeypatch):
    pages = []

    def serve(page, port, started):
        started(f"http://127.0.0.1:{port}/")
        pages.append(page.body()[1].decode())

    monkeypatch.setattr("restorebench.leaderboard.render.html.server.serve", serve)
    result = call("--serve", "--port", "8123")
    assert "http://127.0.0.1:8123/" in result.stderr
    assert "data:image/webp" in pages[0]
    assert "connect-src" in pages[0]
