"""Every solver that core registers."""

from __future__ import annotations

import pytest

from restorebench.builtin_lazy import SOLVERS
from restorebench.registry import resolve
from restorebench.solvers.stepping import Solver


@pytest.fixture(scope="session")
def solvers() -> dict[str, Solver]:
    """All registered solvers."""
    return {spec.name: resolve(spec.target, spec.name) for spec in SOLVERS}


@pytest.fixture(params=[spec.name for spec in SOLVERS])
def name(request: pytest.FixtureRequest) -> str:
    """Each registered solver's name."""
    return str(request.param)
