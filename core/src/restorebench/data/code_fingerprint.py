"""A fingerprint of code: what a generated data set is a function of."""

from __future__ import annotations

import platform
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from restorebench.data.hashing import combined_hash

LIBRARIES = ("numpy", "scipy", "pillow", "scikit-image")
"""Packages whose version can change a generated pixel."""


@cache
def code_fingerprint(module: str) -> str:
    """A hash of the sources of `module`'s top-level package, of core, and of the libraries below.

    Also of the machine's architecture, since its arithmetic can decide a rounding.
    """
    packages = dict.fromkeys([module.partition(".")[0], "restorebench"])
    parts = [part for package in packages for part in _sources(package)]
    parts += [f"{name} {installed_version(name) or 'absent'}" for name in LIBRARIES]
    return combined_hash([*parts, platform.machine(), platform.python_version()])


def _sources(package: str) -> list[str]:
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        return [package]
    origin = Path(spec.origin)
    files = sorted(origin.parent.rglob("*.py")) if origin.name == "__init__.py" else [origin]
    return [
        part for f in files for part in (str(f.relative_to(origin.parent)), f.read_text("utf-8"))
    ]


def installed_version(package: str) -> str | None:
    """The version of an installed distribution, or None."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None
