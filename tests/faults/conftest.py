"""A place of its own, with a small plugin installed, in which commands are run as processes."""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import re
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from restorebench.plugins import Suite, inline

HERE = Path(__file__).parent
RESTOREBENCH = ("-m", "restorebench")
PYTEST = ("-m", "pytest", "-p", "no:cacheprovider", "--benchmark")
WARM = ("-W", "ignore:Module already imported")  # see tests/warm_start.py
BENCHMARK = """
def test_quality(cell, score_cell):
    score_cell(cell)
"""


@dataclass
class Place:
    """A project folder and the site-packages (`site`) of plugins that its commands see."""

    folder: Path
    site: Path
    environment: dict[str, str]
    run: Callable[..., subprocess.CompletedProcess[str]]
    write_dist_info: Callable[..., Path]

    def install(self, name: str, source: str) -> None:
        """Put a plugin's module and its dist-info where Python finds them."""
        (self.site / f"{name}_plugin.py").write_text(source)
        self.write_dist_info(self.site, name, [f"{name} = {name}_plugin"])

    def start_run(self, *arguments: str) -> subprocess.Popen[str]:
        """With Ctrl-C as in a terminal, also where the tests run in the background."""
        default = lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)  # noqa: E731
        return subprocess.Popen(
            (sys.executable, *RESTOREBENCH, "run", *arguments),
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=default,
        )

    def _run(self, *command: str, **more: Any) -> subprocess.CompletedProcess[str]:
        done = self.run(command, self.folder, self.environment, **more)
        done.stdout, done.stderr = (
            re.sub(r"\x1b\[[\d;]*m", "", text) for text in (done.stdout, done.stderr)
        )
        return done

    def restorebench(self, *arguments: str, **more: Any) -> subprocess.CompletedProcess[str]:
        return self._run(*RESTOREBENCH, *arguments, **more)

    def pytest(self, *arguments: str, **more: Any) -> subprocess.CompletedProcess[str]:
        return self._run(*PYTEST, *arguments, *WARM, **more)

    def lines(self, results: str = "restorebench-results") -> list[dict[str, Any]]:
        path = self.folder / results / "records.jsonl"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    def repeated(self, results: str = "restorebench-results") -> list[tuple[str, str]]:
        """What stands in the store more than once."""
        counts = Counter((line["restorer"], line["sample"]) for line in self.lines(results))
        return [key for key, count in counts.items() if count > 1]


def make_place(
    folder: Path,
    run: Callable[..., subprocess.CompletedProcess[str]],
    write_dist_info: Callable[..., Path],
) -> Place:
    site = folder / "site"
    project = folder / "project"
    site.mkdir()
    (project / "benchmarks").mkdir(parents=True)
    (project / "benchmarks" / "test_quality.py").write_text(BENCHMARK)
    (project / "pyproject.toml").write_text("[tool.pytest.ini_options]\n")
    inherited = filter(None, [os.environ.get("PYTHONPATH")])
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(site), str(HERE), *inherited]),
        "RESTOREBENCH_DISABLED_PLUGINS": "bokeh,dehaze,shadow,stereo",
        "COLUMNS": "200",
    }
    place = Place(project, site, environment, run, write_dist_info)
    place.install("shop", "from shop_task import *")
    return place


@pytest.fixture(scope="session")
def shop() -> ModuleType:
    """The small plugin's module, in this process."""
    spec = importlib.util.spec_from_file_location("shop_task", HERE / "shop_task.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def suite() -> Iterator[Suite]:
    """Core and the small plugin, in this process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(HERE))
        yield Suite([inline(importlib.import_module("shop_task"), "shop")])


@pytest.fixture(scope="session")
def kill_points() -> Iterator[ModuleType]:
    """What must hold of a store: the module ``kill_points``."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(HERE))
        yield importlib.import_module("kill_points")


@pytest.fixture(scope="session")
def new_place(tmp_path_factory, warm_start, write_dist_info) -> Callable[[], Place]:
    return lambda: make_place(tmp_path_factory.mktemp("place"), warm_start.run, write_dist_info)


@pytest.fixture
def place(new_place) -> Place:
    return new_place()
