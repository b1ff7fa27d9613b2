"""The models that are installed, each once for a file and once for a restorer."""

from __future__ import annotations

import pytest

from restorebench.plugins import suite
from restorebench.restorers.packaged import packaged

RESTORERS = packaged(suite())
FILES = [model for model in RESTORERS.values() if not model.options]


def pytest_generate_tests(metafunc):
    """`restorer`: each that brings its weights, by name; `model`: each file; `quick`: one call."""
    if "restorer" in metafunc.fixturenames:
        metafunc.parametrize("restorer", RESTORERS)
    if "model" in metafunc.fixturenames:
        metafunc.parametrize("model", FILES, ids=lambda m: m.name)
    if "quick" in metafunc.fixturenames:
        quick = [m for m in FILES if m.name.endswith("-regression")]
        metafunc.parametrize("quick", quick, ids=lambda m: m.name)


@pytest.fixture(scope="session")
def restorers():
    """The restorers that bring their weights, by name."""
    return RESTORERS
