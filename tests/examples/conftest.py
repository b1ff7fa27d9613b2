"""The example plugins, which no environment has installed."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from shutil import copytree

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture
def derain(monkeypatch):
    """The module of ``examples/derain``, imported from the checkout for one test."""
    monkeypatch.syspath_prepend(str(EXAMPLES / "derain" / "src"))
    yield importlib.import_module("restorebench_derain")
    for name in [name for name in sys.modules if name.startswith("restorebench_derain")]:
        del sys.modules[name]


@pytest.fixture(scope="session")
def derain_copy(tmp_path_factory) -> Path:
    """A copy of its project, in which tests may write."""
    return Path(copytree(EXAMPLES / "derain", tmp_path_factory.mktemp("examples") / "derain"))
