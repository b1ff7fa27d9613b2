"""Listing what is installed is instant: nothing heavy is imported for it."""

from __future__ import annotations

from collections.abc import Callable

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
    "rich",
    "typer",
    "pytest",
)
MODULES = "import sys; print(*sys.modules)"
LISTING = (
    "from restorebench.plugins import suite; s = suite(); [list(r) for r in s.registries.values()]"
)


@pytest.fixture(scope="module")
def numpys_own(request: pytest.FixtureRequest) -> int:
    """How many modules NumPy and pluggy bring."""
    import subprocess
    import sys

    code = "import numpy, pluggy, importlib.metadata, logging; " + MODULES
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return len(done.stdout.split())


@pytest.mark.parametrize("code", ["import restorebench", LISTING], ids=["import", "listing"])
def test_nothing_heavy_is_imported(python: Python, code: str) -> None:
    loaded = {name.partition(".")[0] for name in python(f"{code}; {MODULES}").split()}
    assert "restorebench" in loaded
    assert loaded & set(HEAVY) == set()


def test_listing_imports_few_modules_beyond_numpy_and_pluggy(
    python: Python, numpys_own: int
) -> None:
    assert len(python(f"{LISTING}; {MODULES}").split()) < numpys_own + 60


def test_listing_reaches_all_four_shipped_plugins(python: Python) -> None:
    """Else the tests above would pass on nothing."""
    loaded = python(f"{LISTING}; {MODULES}").split()
    shipped = {f"restorebench_{task}" for task in ("shadow", "bokeh", "stereo", "dehaze")}
    assert shipped <= set(loaded)


def test_the_plugin_for_pytest_imports_no_torch(python: Python) -> None:
    """It is loaded in every run of pytest in the environment."""
    loaded = python(f"import restorebench.pytest_plugin; {MODULES}").split()
    assert "restorebench.pytest_plugin" in loaded
    assert {"torch", "skimage", "pandas"} & set(loaded) == set()
