"""Toy plugins and samples for the tests of the foundations."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from restorebench import Record, Sample, hookimpl
from restorebench.registry import Provider

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def root() -> Path:
    """The root of the checkout."""
    return ROOT


@pytest.fixture
def provider() -> Provider:
    """Who a test's entries come from."""
    return Provider("restorebench-toy", "1.2", "restorebench_toy")


@pytest.fixture
def plugin() -> Callable[..., ModuleType]:
    """Make a plugin module: ``plugin(restorebench_tasks=function)``; values are marked as hooks."""

    def make(**hooks: Callable[..., object]) -> ModuleType:
        module = ModuleType("restorebench_toy")
        for name, function in hooks.items():
            setattr(module, name, hookimpl(function))
        return module

    return make


@pytest.fixture
def sample() -> Sample:
    """A sample with every field filled: 2 views of 4×5, ×2."""
    rng = np.random.default_rng(7)
    return Sample(
        id="toy-0001",
        degraded=rng.random((2, 3, 4, 5), np.float32),
        target=rng.random((2, 3, 8, 10), np.float32),
        condition=np.array([1.8, 16.0], np.float32),
        mask=rng.random((1, 4, 5), np.float32),
        depth=np.full((1, 4, 5), 3.5, np.float32),
        scale=2,
    )


@pytest.fixture
def record() -> Record:
    """A record of a toy run."""
    texts = ("task", "dataset", "split", "sample", "restorer", "protocol", "protocol_hash")
    hashes = ("dataset_hash", "input", "target", "prediction", "provenance")
    named: dict[str, Any] = dict.fromkeys((*texts, *hashes), "toy")
    return Record(
        **named,
        options={},
        revision=1,
        draw=0,
        seed=0,
        scores={"psnr": 30.0},
        missing={},
        cost=None,
        error=None,
    )


@pytest.fixture(scope="session")
def python() -> Callable[..., str]:
    """Run code in a fresh interpreter and return what it prints; folders go on its path."""

    def run(code: str, *folders: Path, **variables: str) -> str:
        inherited = filter(None, [os.environ.get("PYTHONPATH")])
        path = os.pathsep.join([*map(str, folders), *inherited])
        environment = {**os.environ, "PYTHONPATH": path, **variables}
        done = subprocess.run(
            [sys.executable, "-c", code], env=environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run
