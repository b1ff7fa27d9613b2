"""The command line, run in this process against a suite with one small task."""

from __future__ import annotations

import importlib
import json
from pathlib import Path

import pytest

from restorebench.plugins import Suite, inline


@pytest.fixture
def squares(monkeypatch):
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    return importlib.import_module("squares_task")


@pytest.fixture
def install(monkeypatch):
    """Make commands see core and the given plugins, and nothing else."""

    def those(*sources) -> Suite:
        suite = Suite(sources)
        monkeypatch.setattr("restorebench.cli.output.suite", lambda: suite)
        return suite

    return those


@pytest.fixture
def call(invoke, install, squares, tmp_path, monkeypatch):
    """Run a command in an empty folder."""
    install(inline(squares, "squares"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    return invoke


@pytest.fixture
def json_of(call):
    """The parsed stdout of a command that succeeds."""

    def run(*arguments: str):
        result = call(*arguments)
        assert result.exit_code == 0, result.stderr
        return json.loads(result.stdout)

    return run
