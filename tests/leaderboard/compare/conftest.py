"""Commands and records around one small task, and noisy images in folders."""

from __future__ import annotations

import importlib
import json
from pathlib import Path

import numpy as np
import pytest

from restorebench.data.images import write_image
from restorebench.plugins import Suite, inline


@pytest.fixture
def kit(monkeypatch):
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    return importlib.import_module("compare_kit")


@pytest.fixture
def suite(kit):
    return Suite([inline(kit, "stripes")])


@pytest.fixture
def call(invoke, suite, tmp_path, monkeypatch):
    """Run a command in an empty folder."""
    monkeypatch.setattr("restorebench.cli.output.suite", lambda: suite)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "120")
    return invoke


@pytest.fixture
def json_of(call):
    """The parsed stdout of a command, whatever its exit status."""
    return lambda *arguments: json.loads(call(*arguments, "--json").stdout)


@pytest.fixture
def images(kit, tmp_path):
    """Three images under ``gt`` and their noisy versions under ``pred``, as ``(3, H, W)``."""
    pairs = [kit.noisy(seed) for seed in range(3)]
    for seed, (restored, target) in enumerate(pairs):
        write_image(tmp_path / "pred" / f"{seed}.png", restored)
        write_image(tmp_path / "gt" / f"{seed}.png", target)
    return pairs


@pytest.fixture
def stereo(kit, tmp_path):
    """A scene of two views: ``gt/a/hr0.png``, ``gt/a/hr1.png``, and ``pred/a_L.png``, ``a_R``."""
    pairs = [kit.noisy(seed, width=160) for seed in (5, 6)]
    for view, (restored, target) in enumerate(pairs):
        write_image(tmp_path / "pred" / f"a_{'LR'[view]}.png", restored)
        write_image(tmp_path / "gt" / "a" / f"hr{view}.png", target)
    return pairs


@pytest.fixture
def rows():
    """An image ``(3, H, W)`` as scikit-image takes it."""
    return lambda pixels: np.ascontiguousarray(pixels.transpose(1, 2, 0))
