"""Bare `pytest` runs on every core; a path, `--benchmark` and `-n 0` run in one process."""

from __future__ import annotations

import os

import pytest


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """One process where starting others would take longer, or would disturb what is timed."""
    bare = config.args_source is pytest.Config.ArgsSource.TESTPATHS
    return None if bare and not config.getoption("run_benchmark", False) else 0


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes() -> None:
    """Processes beside each other, and those that they start, use one thread each."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")
