"""A project of somebody else's: a toy plugin, installed, and a three-line benchmark file."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

TOY = Path(__file__).parents[1] / "harness"
BENCHMARK = """
def test_mine(cell, score_cell):
    score_cell(cell)
"""


@dataclass
class Project:
    """Runs pytest in `folder` with the toy plugin installed beside the others."""

    folder: Path
    environment: dict[str, str]
    run: Callable[..., subprocess.CompletedProcess[str]]

    def pytest(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        others = ("-p", "no:anyio", "-p", "no:hypothesispytest")  # they take long to import
        command = ("-m", "pytest", "-p", "no:cacheprovider", *others, *arguments)
        done = self.run(command, self.folder, self.environment)
        done.stdout = re.sub(r"\x1b\[[\d;]*m", "", done.stdout)
        return done


@pytest.fixture(scope="session")
def make_project(warm_start, write_dist_info) -> Callable[[Path], Project]:
    def make(folder: Path) -> Project:
        write_dist_info(folder / "site", "restorebench-toy", ["toy = toy_task"])
        return _make(warm_start.run, folder)

    return make


@pytest.fixture
def project(make_project, tmp_path) -> Project:
    return make_project(tmp_path)


def _make(run: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path) -> Project:
    folder = tmp_path / "project"
    (folder / "benchmarks").mkdir(parents=True)
    (folder / "benchmarks" / "test_mine.py").write_text(BENCHMARK)
    (folder / "pyproject.toml").write_text("[tool.pytest.ini_options]\n")
    inherited = filter(None, [os.environ.get("PYTHONPATH")])
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(tmp_path / "site"), str(TOY), *inherited]),
        "RESTOREBENCH_DISABLED_PLUGINS": "bokeh,dehaze,shadow,stereo",
    }
    return Project(folder, environment, run)
