"""Listing what is installed is instant: nothing heavy is imported for it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

Python = Callable[..., str]

HEAVY = (
    "torch",
    "torchvision",
    "scipy",
    "skimage",
    "pandas",
    "PIL",
    "lpips",
    "matplotlib",
    "datasets",
    "pyarrow",
    "rich",
    "typer",
    "pytest",
)
MODULES = "import sys; print(*sys.modules)"
LISTING = (
    "from restorebench.plugins import suite; s = suite(); [list(r) for r in s.registries.values()]"
)


@pytest.fixture(scope="module")
def loaded(python: Python) -> Callable[[str], set[str]]:
    """The modules that are loaded after `code` has run in a new interpreter."""
    return cache(lambda code: set(python(f"{code}\n{MODULES}").split()))


@pytest.mark.parametrize("code", ["import restorebench", LISTING], ids=["import", "listing"])
def test_nothing_heavy_is_imported(loaded: Callable[[str], set[str]], code: str) -> None:
    packages = {name.partition(".")[0] for name in loaded(code)}
    assert "restorebench" in packages
    assert packages & set(HEAVY) == set()


def test_listing_imports_few_modules_beyond_numpy_and_pluggy(
    loaded: Callable[[str], set[str]],
) -> None:
    others = loaded("import numpy, pluggy, importlib.metadata, logging")
    assert len(loaded(LISTING)) < len(others) + 60


def test_listing_reaches_all_four_shipped_plugins(loaded: Callable[[str], set[str]]) -> None:
    """Else the tests above would pass on nothing."""
    shipped = {f"restorebench_{task}" for task in ("shadow", "bokeh", "stereo", "dehaze")}
    assert shipped <= loaded(LISTING)


def test_the_plugin_for_pytest_imports_no_torch(loaded: Callable[[str], set[str]]) -> None:
    """It is loaded in every run of pytest in the environment."""
    modules = loaded("import restorebench.pytest_plugin")
    assert "restorebench.pytest_plugin" in modules
    assert {"torch", "skimage", "pandas", "datasets"} & modules == set()


COMMAND = """
import contextlib, io, sys
sys.argv = ['restorebench', *'{}'.split()]
with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
    from restorebench.cli import main
    with contextlib.suppress(SystemExit):
        main()
"""
"""A command whose output is thrown away; then the modules are printed."""

RECORDS = Path(__file__).parents[1] / "vectors" / "golden"
BOARDS_NEED = {"PIL", "rich", "typer"}


@pytest.mark.parametrize(
    ("arguments", "absent"),
    [
        ("--help", {*HEAVY, "numpy", "numba"} - {"rich", "typer"}),
        (f"leaderboard --results {RECORDS}", {*HEAVY, "jinja2", "filelock", "numba"} - BOARDS_NEED),
    ],
)
def test_a_command_imports_what_it_needs(
    loaded: Callable[[str], set[str]], arguments: str, absent: set[str]
) -> None:
    """Boards of records that are lines need neither pandas nor pyarrow."""
    modules = {name.partition(".")[0] for name in loaded(COMMAND.format(arguments))}
    assert "typer" in modules
    assert modules & absent == set()
