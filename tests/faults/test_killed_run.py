"""A countdown counts the lines of files that are there: a renamed one would be left out unseen."""

from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType

import PIL
import pytest

import restorebench


@pytest.fixture
def killed_run(monkeypatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    return importlib.import_module("killed_run")


def test_each_of_the_writers_is_there(killed_run):
    ours, pillow = (Path(module.__file__).parents[1] for module in (restorebench, PIL))
    files = [path.as_posix() for path in ours.joinpath("restorebench").rglob("*.py")]
    files += [path.as_posix() for path in pillow.joinpath("PIL").glob("*.py")]
    files += [importlib.import_module("shutil").__file__]
    assert [end for end in killed_run.WRITERS if not any(f.endswith(end) for f in files)] == []
