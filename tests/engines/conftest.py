"""A folder in which commands run as processes, with a small plugin installed for them."""

from __future__ import annotations

import importlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from restorebench.harness.store import Store
from restorebench.plugins import Suite, inline

HERE = Path(__file__).parent
MEASURED = ("seconds", "peak_bytes")
"""What of a cost is a measurement, and differs from run to run."""

BENCHMARK = """
def test_farm(cell, score_cell):
    score_cell(cell)
"""


@dataclass
class Farm:
    """A folder, the environment of its commands, and where restorers note what they do."""

    folder: Path
    environment: dict[str, str]
    calls: Path

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Begin a command in a group of its own, with Ctrl-C as in a terminal."""
        return subprocess.Popen(
            (sys.executable, "-m", *arguments),
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )

    def run(self, *arguments: str, status: int = 0) -> str:
        """Run ``restorebench run``; what it says on stderr."""
        return self.finished("restorebench", "run", *arguments, status=status)[1]

    def benchmark(self, *arguments: str, status: int = 0) -> str:
        """Run ``pytest --benchmark``; what it says on stdout."""
        (self.folder / "benchmarks").mkdir(exist_ok=True)
        (self.folder / "benchmarks" / "test_farm.py").write_text(BENCHMARK)
        command = ("pytest", "-p", "no:cacheprovider", "--benchmark", *arguments)
        return self.finished(*command, status=status)[0]

    def finished(self, *command: str, status: int) -> tuple[str, str]:
        """Run a command to its end; its stdout and stderr."""
        process = self.start(*command)
        output, errors = process.communicate(timeout=300)
        assert process.returncode == status, output + errors
        return output, errors

    @staticmethod
    def wait_until(holds: Callable[[], bool], seconds: float = 120) -> None:
        """Return as soon as something holds."""
        end = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < end
            time.sleep(0.02)

    def noted(self, what: str) -> list[list[str]]:
        """The lines of the calls that end with `what`: process and text."""
        lines = self.calls.read_text().splitlines()
        return [line.split(" ", 1) for line in lines if line.endswith(what)]

    def working(self) -> list[int]:
        """The processes that have restored something, in order."""
        lines = [line.split() for line in self.calls.read_text().splitlines()]
        return list(dict.fromkeys(int(line[0]) for line in lines if line[-1] != "made"))

    def contents(self, results: str) -> tuple[list[str], dict[str, bytes]]:
        """Records as JSON without measurements and machine, sorted, and images by their names."""
        folder = self.folder / results
        lines = (folder / "records.jsonl").read_text().splitlines()
        images = {p.name: p.read_bytes() for p in (folder / "images").glob("*/*.png")}
        assert not (folder / "shards").exists()
        return sorted(comparable(json.loads(line)) for line in lines), images


def comparable(line: dict[str, Any]) -> str:
    """A line of the store without what differs between two serial runs, too."""
    cost = {k: v for k, v in (line["cost"] or {}).items() if k not in MEASURED}
    extra = {k: v for k, v in line["extra"].items() if k != "traceback"}
    more = {"cost": cost, "extra": extra, "provenance": "", "checksum": ""}
    return json.dumps({**line, **more}, sort_keys=True)


@pytest.fixture
def farm(tmp_path: Path, write_dist_info: Callable[..., Path]) -> Farm:
    site = tmp_path / "site"
    write_dist_info(site, "farm", ["farm = farm_task"])
    inherited = filter(None, [os.environ.get("PYTHONPATH")])
    calls = tmp_path / "calls"
    calls.touch()
    (tmp_path / "project").mkdir()
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(site), str(HERE), *inherited]),
        "RESTOREBENCH_DISABLED_PLUGINS": "bokeh,dehaze,shadow,stereo",
        "FARM_CALLS": str(calls),
        "COLUMNS": "200",
    }
    return Farm(tmp_path / "project", environment, calls)


@pytest.fixture
def suite(monkeypatch: pytest.MonkeyPatch) -> Suite:
    monkeypatch.syspath_prepend(str(HERE))
    return Suite([inline(importlib.import_module("farm_task"), "farm")])


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "results")
