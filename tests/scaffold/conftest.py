"""A project as `restorebench new task low-light` writes it."""

from __future__ import annotations

import importlib
import sys

import pytest

from restorebench.plugins import Suite
from restorebench.scaffold import new_task


@pytest.fixture(scope="session")
def project(tmp_path_factory):
    """The project of a task called low-light."""
    return new_task("low-light", Suite([]), tmp_path_factory.mktemp("new") / "plugin")


@pytest.fixture
def plugin(project, monkeypatch):
    """Its module, imported from the project's folder for one test."""
    monkeypatch.syspath_prepend(str(project.folder / "src"))
    yield importlib.import_module(project.names.package)
    for name in [name for name in sys.modules if name.startswith(project.names.package)]:
        del sys.modules[name]
