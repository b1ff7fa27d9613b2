"""Whether the modules and libraries of a distribution are as its installer left them."""

from __future__ import annotations

import csv
import os
import struct
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib.metadata import Distribution
from importlib.util import find_spec
from pathlib import Path

_LIBRARIES = (".so", ".pyd", ".dll", ".dylib")
_LEFT_OUT = {"test", "tests", "testing", "_test", "_tests"}
"""Folders that slim installations leave out."""


def damage(found: Distribution) -> str:
    """What is wrong with its files, in words with what to do; ``""`` where nothing is.

    Modules must be there, libraries must be whole, and its packages must be the ones that Python
    finds under their names. Contents are not compared. A distribution without a list of files, or
    whose files are its sources, passes.
    """
    lines = [*csv.reader((found.read_text("RECORD") or "").splitlines())]
    gone = [problem for path, size in _recorded(lines) if (problem := _problem(found, path, size))]
    if gone:
        more = f" and {len(gone) - 1} more" if len(gone) > 1 else ""
        name = found.metadata["Name"]
        again = f"install it again: pip install --force-reinstall --no-deps {name}"
        return f"{gone[0]}{more}; {again}"
    return next(_hidden(found, lines), "")


def _recorded(lines: Iterable[Sequence[str]]) -> Iterator[tuple[str, int]]:
    """Its modules and libraries with their sizes in bytes."""
    for path, _, size in lines:
        matters = path.endswith((".py", *_LIBRARIES)) or ".so." in path
        if matters and size and _LEFT_OUT.isdisjoint(path.split("/")):
            yield path, int(size)


def _problem(found: Distribution, recorded: str, size: int) -> str:
    path = os.path.join(_base(found), recorded)
    try:
        there = os.stat(path).st_size
    except OSError:
        return f"{path} is gone"
    if there == size:
        return ""
    if there == 0 or (not path.endswith(".py") and _is_cut(Path(path))):
        return f"{path} is cut off after {there} bytes of {size}"
    return ""


def _is_cut(path: Path) -> bool:
    """Whether an ELF library ends before its table of sections; a stripped one does not."""
    with path.open("rb") as file:
        head = file.read(64)
    if len(head) < 64 or head[:5] != b"\x7fELF\x02":
        return head[:4] == b"\x7fELF" and len(head) < 64
    (offset,) = struct.unpack_from("<Q", head, 40)
    width, count = struct.unpack_from("<HH", head, 58)
    return bool(offset + width * count > path.stat().st_size)


def _hidden(found: Distribution, lines: Iterable[Sequence[str]]) -> Iterator[str]:
    """Its packages in whose place Python finds another file, such as one in this folder."""
    ends = "/__init__.py"
    for path in (line[0] for line in lines):
        package = path.removesuffix(ends)
        if not path.endswith(ends) or "/" in package:
            continue
        try:
            spec = find_spec(package)
        except (ImportError, ValueError):  # half imported
            continue
        place = (spec and spec.origin) or "nothing"
        own = os.path.join(_base(found), path)
        there = os.path.exists(place) and os.path.samefile(place, own)
        if os.path.exists(own) and not there:
            yield f"'import {package}' finds {place}; rename that, or start elsewhere"


@cache
def _base(found: Distribution) -> str:
    return str(found.locate_file(""))
