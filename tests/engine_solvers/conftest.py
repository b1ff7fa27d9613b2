"""Published numbers, and every path and solver that core registers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path as File
from typing import TypeAlias

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from restorebench.builtin_paths import PATHS
from restorebench.builtin_solvers import SOLVERS
from restorebench.paths.path import Path
from restorebench.registry import resolve
from restorebench.solvers.march import Solver

Vectors: TypeAlias = dict[str, NDArray[np.float32]]
DATA = File(__file__).parents[1] / "data" / "engine"


@pytest.fixture(scope="session")
def vectors() -> Callable[[str], Vectors]:
    """The arrays of one file of published numbers."""
    return lambda name: dict(np.load(DATA / f"{name}.npz"))


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Small tensors: threads would only cost."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(params=[spec.name for spec in PATHS])
def path(request: pytest.FixtureRequest) -> Path:
    """Each registered path with its defaults."""
    spec = next(spec for spec in PATHS if spec.name == request.param)
    made = resolve(spec.target, spec.name)()
    assert isinstance(made, Path)
    return made


@pytest.fixture(scope="session")
def solvers() -> dict[str, Solver]:
    """All registered solvers."""
    return {spec.name: resolve(spec.target, spec.name) for spec in SOLVERS}


@pytest.fixture(params=[spec.name for spec in SOLVERS])
def name(request: pytest.FixtureRequest) -> str:
    """Each registered solver's name."""
    return str(request.param)
