"""The plugin of adding-a-task.md, written to disk as the page has it, installed and run."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
import tomllib

import pytest


@pytest.fixture(scope="module")
def project(files, tmp_path_factory, write_dist_info):
    """A folder with the page's files; its dist-info is what pip would write from pyproject."""
    folder = tmp_path_factory.mktemp("deblur")
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    about = tomllib.loads(files["pyproject.toml"])["project"]
    points = about["entry-points"]["restorebench"]
    plugins = [f"{name} = {module}" for name, module in points.items()]
    write_dist_info(folder, about["name"], plugins, about["version"])
    return folder


WARM = ("-p", "no:cacheprovider", "-W", "ignore:Module already imported")  # see warm_start.py


@pytest.fixture(scope="module")
def environment(project):
    """The variables with which Python finds the plugin."""
    inherited = filter(None, [os.environ.get("PYTHONPATH")])
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(project), *inherited])}


@pytest.fixture(scope="module")
def call(warm_start, project, environment):
    """Run Python in the project's folder."""
    return lambda *command: warm_start.run(command, project, environment)


def test_the_page_has_the_files_it_speaks_of(files):
    assert list(files) == [
        "restorebench_deblur/__init__.py",
        "restorebench_deblur/blur.py",
        "pyproject.toml",
        "tests/test_plugin.py",
        "benchmarks/test_quality.py",
    ]
    assert len(files["pyproject.toml"].splitlines()) <= 15


@pytest.mark.slow  # tests/scaffold holds another plugin to them
def test_its_plugin_keeps_the_contracts(call):
    done = call("-m", "pytest", "-q", "tests/test_plugin.py", "-n", "0", *WARM)
    assert done.returncode == 0, done.stdout + done.stderr


def test_pytest_benchmark_ends_with_a_row_for_each_restorer(project, call):
    arguments = ("--benchmark", "--task", "deblur", "--limit", "1", "-W", "error")
    done = call("-m", "pytest", *arguments, *WARM)
    assert done.returncode == 0, done.stdout + done.stderr
    report = project / "restorebench-results" / "reports" / "leaderboard.csv"
    lines = report.read_text(encoding="utf-8").splitlines()
    rows = [row for row in csv.DictReader(lines) if row["task"] == "deblur"]
    assert [row["restorer"] for row in rows] == ["richardson-lucy", "identity"]
    assert float(rows[0]["psnr"]) > float(rows[1]["psnr"]) + 1


def test_the_plugin_is_listed_whole_and_without_heavy_imports(environment):
    code = (
        "import sys; from restorebench.plugins import suite; s = suite()\n"
        "print(s.tasks.provider('deblur'), s.failures, {'torch', 'scipy'} & set(sys.modules))"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.stdout == "restorebench-deblur 0.1 () set()\n"
