"""The numbers that condition a restoration, for every image or from a CSV file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

from restorebench.csv_table import CsvLines, read_lines
from restorebench.data.images import SUFFIXES
from restorebench.data.layouts.names import instead, normal
from restorebench.errors import OptionError
from restorebench.types import Array

_MOST = float(np.finfo(np.float32).max)


def parse_conditions(text: str, ids: Iterable[str]) -> dict[str, Array]:
    """A vector for each scene: the numbers of ``16,1.8,50``, or those of its line in a CSV file.

    An empty text means no numbers. Raises `OptionError` for other texts, and for absent scenes.
    """
    numbers = parse_numbers(text)
    if numbers or not text:
        return dict.fromkeys(ids, np.array(numbers, np.float32))
    if not Path(text).is_file():
        msg = f"--condition is {text!r}; expected numbers with commas, or a CSV file that exists"
        raise OptionError(msg)
    rows = read_rows(Path(text))
    found = find_rows(rows, {scene: scene for scene in ids}, text)
    return {scene: np.array(numbers, np.float32) for scene, numbers in found.items()}


def parse_numbers(text: str) -> tuple[float, ...]:
    """The numbers of a text such as ``16,1.8``; none if it is not one of numbers."""
    return _numbers([part.strip() for part in text.split(",")], CsvLines(Path(text), ()).number)


def read_rows(path: Path) -> dict[str, tuple[float, ...]]:
    """Numbers by name from lines ``NAME,NUMBER,NUMBER,…``; no numbers of other lines, a header.

    A name may have an image's suffix, and the file any form that `read_lines` knows. Raises
    `OptionError` where it cannot be read, or gives a name two different vectors.
    """
    source = read_lines(path)
    found: dict[str, tuple[float, ...]] = {}
    for line, cells in source.lines:
        name, numbers = _name(cells[0]), _numbers(cells[1:], source.number)
        if found.setdefault(name, numbers) != numbers:
            msg = f"{path}, line {line}: {name!r} has other numbers than in a line before"
            raise OptionError(f"{msg}; leave one of them out")
    return found


def find_rows(
    rows: Mapping[str, Sequence[float]], names: Mapping[str, str], path: object
) -> dict[str, tuple[float, ...]]:
    """The numbers of each name of `names`, from its own row or from that of its other name.

    Raises `OptionError` where there is neither; `path` is what it calls the file.
    """
    found = {name: rows.get(normal(name)) or rows.get(normal(key)) for name, key in names.items()}
    if absent := next((name for name, numbers in found.items() if not numbers), None):
        if normal(absent) in rows:
            msg = f"{path}: the line of {absent!r} holds something else than finite numbers"
            raise OptionError(msg)
        msg = f"{path} has no line of numbers for {absent!r} (NAME,NUMBER,NUMBER,…)"
        raise OptionError(f"{msg}; {instead(absent, [n for n in rows if not found.get(n)])}")
    return {name: tuple(numbers or ()) for name, numbers in found.items()}


def _name(text: str) -> str:
    name = normal(text.strip())
    suffix = next((s for s in SUFFIXES if name.lower().endswith(s)), "")
    return name[: len(name) - len(suffix)]


def _numbers(parts: Sequence[str], number: Callable[[str], float | None]) -> tuple[float, ...]:
    found = [value for part in parts if (value := number(part)) is not None and abs(value) <= _MOST]
    return tuple(found) if len(found) == len(parts) else ()
