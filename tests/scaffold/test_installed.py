"""A new project, its wheel built and installed by pip into a place of its own, passes at once."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def call(project, installed_project):
    """Run a module of Python in the project's folder, with its wheel installed."""
    return installed_project(project.folder)


def test_its_tests_pass(call):
    """Contracts, golden numbers, two steps of the recipe."""
    done = call("pytest", "-q", "-p", "no:cacheprovider")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 passed" in done.stdout


def test_the_check_finds_no_problems(call):
    done = call("restorebench", "check", "low-light")
    assert (done.returncode, done.stdout.strip()) == (0, "low-light: no problems found")


def test_its_benchmark_ends_with_a_leaderboard(call):
    done = call("pytest", "--benchmark", "--limit", "1", "-p", "no:cacheprovider", "-q")
    assert done.returncode == 0, done.stdout + done.stderr
    rows = [line.split()[1] for line in done.stdout.splitlines() if line[:3] in {" 1 ", " 2 "}]
    assert rows == ["low-light-baseline", "identity"]


def test_its_name_is_taken_now(call, tmp_path):
    done = call("restorebench", "new", "task", "low-light", "-o", str(tmp_path / "again"))
    assert done.returncode == 2
    assert "'low-light' comes with restorebench-low-light 0.1.0" in done.stderr
