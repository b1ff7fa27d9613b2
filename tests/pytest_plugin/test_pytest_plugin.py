"""`pytest --benchmark`, as a plugin author's project sees it."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest

from restorebench.data.images import write_image
from restorebench.harness.store import Store

GOOD = ("--benchmark", "--restorer", "brighten", "--restorer", "identity")

PUBLISHED = """
[[table]]
file = "it.csv"
task = "toy"
source = "A. Author, 2020"
protocol = "as-given"
columns = ["psnr"]
datasets = [{ name = "toy-squares", title = "Squares", prefix = "" }]
"""


def records(project):
    return list(Store(project.folder / "restorebench-results").records())


@pytest.fixture(scope="module")
def two_runs(make_project, tmp_path_factory):
    """A first run, its records, and a second one; each with pytest-benchmark's JSON."""
    project = make_project(tmp_path_factory.mktemp("author"))
    (project.folder / "published").mkdir()
    (project.folder / "published" / "published.toml").write_text(PUBLISHED)
    (project.folder / "published" / "it.csv").write_text("method,psnr\nOlder,20.5\n")
    first = project.pytest(*GOOD, "--benchmark-json", "out.json")
    before = records(project)
    return project, first, before, project.pytest(*GOOD)


def test_without_the_option_benchmarks_are_skipped(project):
    done = project.pytest()
    assert done.returncode == 0
    assert "1 skipped" in done.stdout
    assert records(project) == []


def test_each_cell_is_an_item_and_the_run_closes_with_a_ranked_table(two_runs):
    _, done, before, _ = two_runs
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 passed" in done.stdout
    assert "[2/2] toy-squares" in done.stdout
    table = done.stdout[done.stdout.index("leaderboards") :]
    assert table.index("1  brighten") < table.index("2  identity")
    assert len(before) == 8


def test_the_same_tables_are_written_as_markdown_and_csv(two_runs):
    project, done, _, _ = two_runs
    reports = project.folder / "restorebench-results" / "reports"
    assert f"wrote {reports.relative_to(project.folder)}/toy.md" in done.stdout
    assert "| brighten" in (reports / "toy.md").read_text()
    assert "Older" in (reports / "toy.md").read_text(), "the published tables beside the store"
    assert "brighten" in (reports / "leaderboard.csv").read_text()


def test_a_second_run_finds_everything_in_the_store(two_runs):
    project, _, before, again = two_runs
    assert again.stdout.count("(from the store)") == 2
    assert records(project) == before


def test_a_comparison_of_times_that_come_from_the_store_is_named(two_runs):
    project, _, _, again = two_runs
    saved = project.pytest(*GOOD, "--benchmark-save", "now")
    compared = project.pytest(*GOOD, "--benchmark-compare", "--benchmark-compare-fail=min:5%")
    words = "8 times are those of the store"
    assert words in compared.stdout
    assert "measure again with --fresh" in compared.stdout
    assert words not in again.stdout + saved.stdout


def test_pytest_benchmark_reports_seconds_of_restoration_and_scores(two_runs):
    project, _, before, _ = two_runs
    content = json.loads((project.folder / "out.json").read_text())
    assert "hz_actual" not in content["machine_info"]["cpu"]
    by_name = {b["extra_info"]["restorer"]: b for b in content["benchmarks"]}
    assert by_name["brighten"]["extra_info"]["scores"]["psnr"] > 40
    seconds = [r.cost.seconds for r in before if r.restorer == "brighten"]
    assert by_name["brighten"]["stats"]["rounds"] == len(seconds) == 4
    assert by_name["brighten"]["stats"]["max"] == pytest.approx(max(seconds))


def test_a_failing_sample_fails_its_item_and_the_rest_goes_on(project):
    done = project.pytest("--benchmark", "--restorer", "failing", "--restorer", "identity")
    assert done.returncode == 1
    assert "1 failed, 1 passed" in done.stdout
    assert "test-0001: ZeroDivisionError: no luck with this one" in done.stdout
    assert "Traceback" not in done.stdout
    assert sum(r.error is not None for r in records(project)) == 1


def test_x_stops_at_the_first_failure(project):
    """And ``--tb=long`` shows where a restorer raised, ``-vv`` likewise."""
    done = project.pytest("--benchmark", "-x", "--restorer", "[fi]*", "--tb=long")
    assert "stopping after 1 failures" in done.stdout
    assert "Traceback (most recent call last)" in done.stdout
    assert re.search(r"toy_task.py\", line \d+, in restore", done.stdout)
    assert {r.restorer for r in records(project)} == {"failing"}


def test_k_and_limit_and_results_select(project, tmp_path):
    """A plugin that is broken is named, since its cells are not in the run."""
    entries = next(tmp_path.glob("site/*/entry_points.txt"))
    entries.write_text("[restorebench]\ntoy = toy_task\nrotten = toy_task_of_yesterday\n")
    done = project.pytest(
        "--benchmark", "-k", "identity", "--limit", "1", f"--results={tmp_path / 'elsewhere'}"
    )
    assert done.returncode == 1  # although what is there has passed
    assert "1 passed" in done.stdout
    assert "restorebench: the plugin rotten is left out: " in done.stdout
    assert "RESTOREBENCH_DISABLED_PLUGINS=rotten" in done.stdout
    assert "No module named 'toy_task_of_yesterday'" in done.stdout
    (record,) = Store(tmp_path / "elsewhere").records()
    assert (record.restorer, record.sample) == ("identity", "test-0000")


def test_a_run_without_a_cell_says_so(project):
    done = project.pytest(*GOOD, "-k", "nothing")
    assert done.returncode == pytest.ExitCode.NO_TESTS_COLLECTED
    assert "2 cells were chosen, but no test was collected that runs them" in done.stdout


@pytest.mark.slow
def test_workers_of_xdist_count_their_cells_once(project):
    done = project.pytest(*GOOD, "-n", "2")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "[2/2] toy-squares" in done.stdout
    assert len(records(project)) == 8


@pytest.mark.slow
def test_it_works_without_a_terminal(project):
    assert project.pytest(*GOOD, "-p", "no:terminal").returncode == 0
    assert len(records(project)) == 8


def test_an_unknown_name_is_a_usage_error_that_offers_the_nearest(project):
    done = project.pytest("--benchmark", "--restorer", "brigthen")
    assert done.returncode == 4
    assert "did you mean 'brighten'" in done.stderr


@pytest.mark.slow
def test_options_of_a_benchmark_are_refused_in_a_run_of_tests(project):
    """They changed nothing, without a word; those in a project's settings are left alone."""
    (project.folder / "tests").mkdir()
    (project.folder / "tests" / "test_it.py").write_text("def test_it(): pass\n")
    for given in ("--limit=1", "--no-isolate", "--restorebench-seed=2"):
        done = project.pytest(given, "tests")
        assert done.returncode == pytest.ExitCode.USAGE_ERROR
        name = given.partition("=")[0]
        assert f"{name} is an option of the benchmark: add --benchmark" in done.stderr
    settings = "[tool.pytest.ini_options]\naddopts = '--limit=1'\n"
    (project.folder / "pyproject.toml").write_text(settings)
    assert project.pytest("tests").returncode == pytest.ExitCode.OK


@pytest.mark.slow
def test_benchmark_only_without_benchmark_is_refused(project):
    """It is an option of pytest-benchmark, by which all cells would be skipped with status 0."""
    done = project.pytest("--benchmark-only", "benchmarks")
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert "--benchmark-only runs none of the cells" in done.stderr


@pytest.mark.slow
def test_collecting_writes_nothing(project):
    done = project.pytest("--benchmark", "--collect-only", "-q")
    assert done.returncode == pytest.ExitCode.OK
    assert "test_mine[" in done.stdout
    left = {path.name for path in project.folder.iterdir()} - {".benchmarks"}  # pytest-benchmark's
    assert left == {"benchmarks", "pyproject.toml"}


def test_a_marker_narrows_a_benchmark(project):
    (project.folder / "benchmarks" / "test_mine.py").write_text(
        "import pytest\n"
        "@pytest.mark.restorebench(restorer='ident*')\n"
        "def test_mine(cell, score_cell):\n"
        "    score_cell(cell)\n"
    )
    project.pytest("--benchmark", "--strict-markers")
    assert {r.restorer for r in records(project)} == {"identity"}


def test_it_works_without_pytest_benchmark_and_with_it_disabled(project):
    for arguments in (("-p", "no:benchmark"), ("--benchmark-disable",)):
        done = project.pytest(*GOOD, *arguments)
        assert done.returncode == 0, done.stdout + done.stderr
    assert len(records(project)) == 8


def test_it_gives_way_to_a_plugin_that_owns_an_option(project):
    """To one that pytest loads before it, and to one that it loads after it."""
    for name, option in (("owner", "limit"), ("later", "timeout")):
        text = f"def pytest_addoption(parser):\n    parser.addoption('--{option}')\n"
        (project.folder / f"{name}.py").write_text(text)
    project.environment["PYTEST_PLUGINS"] = "later"
    own = ("--restorebench-limit", "1", "--restorebench-timeout", "9", "--timeout", "soon")
    done = project.pytest("-p", "owner", *GOOD, *own)
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(records(project)) == 2


def test_a_results_folder_that_pytest_takes_for_its_root_is_refused(project, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    done = project.pytest("--benchmark", "--results", str(tmp_path / "elsewhere"))
    assert done.returncode == 4
    assert f"write --results={tmp_path / 'elsewhere'}" in done.stderr


def test_a_folder_of_ones_own_is_a_benchmark(project):
    """Its patterns are relative to where pytest is called."""
    for name, level in (
        ("in/1_a.png", 50),
        ("in/2_a.png", 60),
        ("gt/1.png", 100),
        ("gt/2.png", 120),
    ):
        write_image(project.folder / "own" / name, np.full((3, 16, 16), level, np.uint8))
    write_image(project.folder / "own" / "gt" / "3.png", np.zeros((3, 16, 16), np.uint8))
    data = "degraded=own/in/{id}_*.png,target=own/gt/{id}.png,name=my-pairs"
    done = project.pytest(*GOOD, "--task", "toy", "--data", data)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "my-pairs · test: 2 images" in done.stdout
    assert done.stdout.count("warning: my-pairs: 1 target has no degraded image: 3") == 1
    assert {r.sample for r in records(project)} == {"1_a", "2_a"}
    report = project.folder / "restorebench-results" / "reports" / "toy.md"
    assert "my-pairs · test · 2 images" in report.read_text()
    done = project.pytest(*GOOD, "--data", data)
    assert done.returncode == 4
    assert "say what is restored: --task toy" in done.stderr
