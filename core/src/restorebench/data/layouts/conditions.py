"""The numbers that condition a restoration, for every image or from a CSV file."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from restorebench.data.images import SUFFIXES
from restorebench.data.layouts.names import instead, normal
from restorebench.errors import OptionError
from restorebench.types import Array

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")


def parse_conditions(text: str, ids: Iterable[str]) -> dict[str, Array]:
    """A vector for each scene: the numbers of ``16,1.8,50``, or those of its line in a CSV file.

    An empty text means no numbers. Raises `OptionError` for other texts, and for absent scenes.
    """
    numbers = _numbers(text.split(",")) if text else np.zeros(0, np.float32)
    if numbers is not None:
        return dict.fromkeys(ids, numbers)
    if not Path(text).is_file():
        msg = f"--condition is {text!r}; expected numbers with commas, or a CSV file that exists"
        raise OptionError(msg)
    return read_conditions(Path(text), ids)


def read_conditions(path: Path, ids: Iterable[str]) -> dict[str, Array]:
    """A vector for each scene from lines ``NAME,NUMBER,NUMBER,…``; a header is skipped.

    A name may have an image's suffix. Raises `OptionError` where a scene has no line of numbers,
    or where the file is not UTF-8.
    """
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            rows = {_name(row[0]): _numbers(row[1:]) for row in csv.reader(file) if row}
    except (UnicodeDecodeError, csv.Error) as error:
        msg = f"{path} cannot be read as CSV in UTF-8: {error}"
        raise OptionError(msg) from error
    found = {scene: rows.get(normal(scene)) for scene in ids}
    if absent := [scene for scene, numbers in found.items() if numbers is None]:
        msg = f"{path} has no line of numbers for {absent[0]!r} (NAME,NUMBER,NUMBER,…)"
        raise OptionError(f"{msg}; {instead(absent[0], [n for n in rows if n not in found])}")
    return {scene: numbers for scene, numbers in found.items() if numbers is not None}


def _name(text: str) -> str:
    name = normal(text.strip())
    suffix = next((s for s in SUFFIXES if name.lower().endswith(s)), "")
    return name[: len(name) - len(suffix)]


def _numbers(parts: list[str]) -> Array | None:
    texts = [part.strip() for part in parts]
    if not texts or not all(map(_NUMBER.fullmatch, texts)):
        return None
    return np.array([float(text) for text in texts], np.float32)
