"""`run` and `leaderboard`: from nothing to tables, and again from the store."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest

from restorebench import hookimpl
from restorebench.plugins import inline


def test_a_run_ends_with_a_ranked_table(call, tmp_path):
    result = call("run", "--dataset", "squares")
    assert result.exit_code == 0, result.stderr
    assert "Dark squares" in result.stdout
    first, second = (line for line in result.stdout.splitlines() if line.startswith((" 1", " 2")))
    assert "brighten" in first
    assert "identity (ref)" in second
    assert (tmp_path / "restorebench-results" / "records.jsonl").exists()


def test_a_second_run_takes_all_from_the_store(call):
    call("run", "--restorer", "brighten")
    again = call("run", "--restorer", "brighten")
    assert "squares-brighten: 3 restored, 3 from the store" in again.stderr


def test_a_narrow_run_is_shown_beside_stored_rows_on_its_images(call):
    call("run", "--restorer", "identity")
    result = call("run", "--restorer", "brighten:factor=1.5", "--limit", "2")
    assert "brighten(factor=1.5)" in result.stdout
    assert "identity (ref)" in result.stdout
    assert "not ranked" not in result.stdout


def test_a_failed_sample_does_not_stop_the_run(call):
    result = call("run", "--restorer", "failing", "--restorer", "identity")
    assert result.exit_code == 1
    assert "1 failed" in result.stderr
    assert "ZeroDivisionError: no luck with this one" in result.stdout
    assert "identity (ref)" in result.stdout


@pytest.mark.parametrize(
    ("by", "says"),
    [
        ({"rank_by": "pnsr"}, "rank_by is 'pnsr', which is not a column of ntire-crop1; take one"),
        ({"ranking": "rank-sum:psnr,foo"}, "its ranking names foo, absent from ntire-crop1"),
        ({"ranking": "rank-sum(psnr"}, "'rank-sum(psnr' is not a ranking rule"),
    ],
)
def test_a_task_that_cannot_be_ranked_is_named_before_anything_is_restored(
    call, squares, install, monkeypatch, tmp_path, by, says
):
    (task,) = squares.restorebench_tasks()
    monkeypatch.setattr(squares, "restorebench_tasks", hookimpl(lambda: [replace(task, **by)]))
    install(inline(squares, "squares"))
    result = call("run", "--restorer", "brighten")
    assert result.exit_code == 1
    assert says in " ".join(result.stderr.split())
    assert not list(tmp_path.rglob("*.png"))


def test_a_restorer_that_cannot_be_made_does_not_stop_the_others(call):
    result = call("run", "--restorer", "brighten:colour=red", "--restorer", "identity")
    assert result.exit_code == 1
    assert "does not take these options: it has no 'colour'" in result.stderr
    assert "identity (ref)" in result.stdout


def test_what_is_restored_again_is_what_the_store_lacks(call):
    call("run", "--restorer", "brighten", "--limit", "1")
    again = call("run", "--restorer", "brighten")
    assert "squares-brighten: 3 restored, 1 from the store" in again.stderr


def test_several_protocols_score_the_same_restorations(call):
    protocols = ("--protocol", "ntire-crop1", "--protocol", "matlab-gray")
    result = call("run", "--restorer", "brighten", *protocols)
    assert result.exit_code == 0, result.stderr
    assert "squares-brighten-matlab-gray: 3 restored\n" in result.stderr
    assert "squares-brighten-ntire-crop1: 3 restored, 3 from the store" in result.stderr
    own, other = (result.stdout.index(name) for name in ("protocol ntire-crop1", "matlab-gray"))
    assert own < other


def test_another_protocol_than_the_tasks_is_a_section_of_its_own(call, json_of):
    call("run", "--restorer", "brighten", "--protocol", "matlab-gray")
    call("run", "--restorer", "brighten")
    (board,) = json_of("leaderboard", "--format", "json")["boards"]
    found = [section["protocol"] for section in board["sections"]]
    assert found == ["ntire-crop1", "matlab-gray"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--protocol", "matlab-grey"), "did you mean 'matlab-gray'"),
        (("--restorer", "brigten"), "did you mean 'brighten'"),
        (
            ("--dataset", "squares", "--split", "night"),
            "no split 'night'; it has train, val, test",
        ),
        (("--restorer", "bicubic"), "no restorer is offered"),
    ],
)
def test_a_selection_that_fits_nothing_is_an_error(call, arguments, message):
    result = call("run", *arguments)
    assert result.exit_code == 2
    assert message in result.stderr


def test_the_leaderboard_is_rebuilt_from_the_store(call, tmp_path):
    call("run", "--results", "here")
    lines = list(csv.DictReader(io.StringIO(
        call("leaderboard", "--results", "here", "--format", "csv").stdout
    )))  # fmt: skip
    assert [(line["restorer"], line["rank"]) for line in lines] == [
        ("brighten", "1"),
        ("identity", "2"),
    ]
    written = call("leaderboard", "--results", "here", "--output", str(tmp_path / "reports"))
    assert "reports/README.md" in written.stderr
    assert (tmp_path / "reports" / "dark.md").exists()


def test_results_go_beside_the_reports_of_a_project(call, tmp_path):
    (tmp_path / "leaderboards").mkdir()
    call("run", "--limit", "1")
    assert (tmp_path / "leaderboards" / "results" / "records.jsonl").exists()


def test_an_empty_store_says_what_to_do(call):
    result = call("leaderboard")
    assert result.exit_code == 2
    assert "restorebench run" in result.stderr


def test_an_unknown_format_has_suggestions(call):
    result = call("leaderboard", "--format", "markdwon")
    assert "did you mean 'markdown'" in result.stderr


@pytest.mark.parametrize(
    ("rule", "hint"),
    [
        ("pnsr", "there is no column 'pnsr'; did you mean 'psnr'?"),
        ("rank-sum:psnr,foo", "there is no column 'foo'; there are psnr, ssim"),
        ("rank-sum:psnr,ssim,tie=mos", "there is no column 'mos'"),
    ],
)
def test_ranking_by_what_is_not_a_column_is_an_error(call, rule, hint):
    call("run", "--restorer", "identity")
    result = call("leaderboard", "--rank-by", rule)
    assert (result.exit_code, result.stdout) == (2, "")
    assert hint in result.stderr


def test_ranking_by_a_cost_or_a_metric_that_was_not_computed_is_not(call):
    call("run", "--restorer", "identity")
    assert call("leaderboard", "--rank-by", "seconds").exit_code == 0
    assert "not ranked" in call("leaderboard", "--rank-by", "lpips").stdout
