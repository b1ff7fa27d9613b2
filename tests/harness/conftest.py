"""A suite with the toy task only, and a store to run it against."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from restorebench.harness.store import Store
from restorebench.plugins import Suite, inline


@pytest.fixture
def toy(monkeypatch):
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    return importlib.import_module("toy_task")


@pytest.fixture(scope="session")
def kit() -> Iterator[ModuleType]:
    """The module ``compaction_kit``."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(Path(__file__).parent))
        yield importlib.import_module("compaction_kit")


@pytest.fixture
def suite(toy) -> Suite:
    return Suite([inline(toy, "toy")])


@pytest.fixture
def store(tmp_path) -> Store:
    return Store(tmp_path / "results")
