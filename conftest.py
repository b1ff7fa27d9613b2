"""Bare `pytest` runs on every core; with a path, `-m`, `--benchmark` or `-n 0` in one process."""

from __future__ import annotations

import gc
import os
from tempfile import TemporaryDirectory

import pytest


def pytest_configure(config: pytest.Config) -> None:
    """Tests neither read nor fill the user's caches, and never look anything up on the Hub."""
    if config.getoption("run_benchmark", False):
        return
    caches = TemporaryDirectory(prefix="restorebench-tests-", ignore_cleanup_errors=True)
    config.add_cleanup(caches.cleanup)
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ["HF_HOME"] = f"{caches.name}/huggingface"
    os.environ["RESTOREBENCH_CACHE"] = f"{caches.name}/restorebench"
    gc.set_threshold(100_000)  # else a seventh of the time goes into looking for cycles


def pytest_collection_finish() -> None:
    """The tests, and what is imported by now, stay to the end: they are not looked through."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """None for all cores; 0 where more processes would take longer or disturb what is measured."""
    whole = config.args_source is pytest.Config.ArgsSource.TESTPATHS
    quick = config.option.markexpr == "not slow"  # slow tests measure memory and kill processes
    return None if whole and quick and not config.getoption("run_benchmark", False) else 0


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes() -> None:
    """Processes beside each other, and those that they start, use one thread each."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")


@pytest.fixture(scope="session", autouse=True)
def no_worker() -> None:
    """A pytest that a test starts is none of xdist's workers (pytest-benchmark asks for this)."""
    for name in [name for name in os.environ if name.startswith("PYTEST_XDIST_")]:
        del os.environ[name]
