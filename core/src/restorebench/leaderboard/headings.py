"""Headings of score tables: a column's name, which way is better, and what is not a score."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from restorebench.csv_table import CsvTable
from restorebench.errors import OptionError

NAMES = ("restorer", "team", "method", "label")
"""Headings that the column of names may have."""
DATASET = "dataset"
"""The heading of the column that says which data set a row's numbers are of."""

_MARKS = MappingProxyType({"↑": True, "↓": False, "+": True, "-": False, "−": False})
_UNIT = re.compile(r"\s*[(\[]\s*(?:db|↑|↓|\+|-)\s*[)\]]\s*$", re.IGNORECASE)

_HIGHER = "psnr ssim msssim cwssim vif fsim vsi mos musiq maniqa clipiqa score speedup fps"
_LOWER = "lpips dists niqe fid kid piqe brisque gmsd nlpd mad mae mse rmse dmos rank place"
BETTER: Mapping[str, bool] = MappingProxyType(
    dict.fromkeys(_HIGHER.split(), True) | dict.fromkeys(_LOWER.split(), False)
)
"""Which way is better in columns that begin with these words, of metrics that need no plugin."""


@dataclass(frozen=True)
class Heading:
    """A heading such as ``LPIPS ↓``: as written, the column's name, and its mark if it has one."""

    written: str
    name: str
    higher_is_better: bool | None = None

    @property
    def better(self) -> bool | None:
        """Which way is better by the mark, else by the first word; None where neither says it."""
        if self.higher_is_better is not None:
            return self.higher_is_better
        return BETTER.get(self.name.split("_")[0])


def heading(written: str) -> Heading:
    """Read a heading: ``PSNR (dB) ↑`` is psnr, ``defects-`` and ``FID ↓`` are better if lower."""
    mark = next((m for m in _MARKS if written.rstrip(" )]").endswith(m)), "")
    text = _UNIT.sub("", written).rstrip("".join(_MARKS) + " ")
    text = _UNIT.sub("", text).strip().lower()
    return Heading(written, re.sub(r"[\s_-]+", "_", text), _MARKS.get(mark))


def headings(table: CsvTable) -> dict[str, Heading]:
    """The headings of a table by their column's name; `OptionError` where two have the same."""
    found: dict[str, Heading] = {}
    for written in table.columns:
        one = heading(written)
        if other := found.get(one.name):
            msg = f"{table.source.path}: the headings {other.written!r} and {written!r} are the "
            raise OptionError(f"{msg}same column; rename one")
        found[one.name] = one
    return found


def names_of(table: CsvTable, found: Iterable[str], more: str) -> str:
    """Which of the columns `found` names the rows; `OptionError`, which asks for `more`, for none.

    No two rows may have one name, unless they are of different data sets.
    """
    columns = list(found)
    name = next((name for name in NAMES if name in columns), None)
    if name is None:
        msg = f"{table.source.path} needs a column of names ({', '.join(NAMES)}) and {more}"
        raise OptionError(msg)
    return name


def refuse_twice(table: CsvTable, keys: Iterable[tuple[str, ...]]) -> None:
    """Raise `OptionError` where two rows have the same name and data set."""
    seen: set[tuple[str, ...]] = set()
    for line, key in zip(table.line, keys, strict=True):
        if not key[0]:
            msg = f"{table.source.path}, line {line}: the row has no name"
            raise OptionError(msg)
        if key in seen:
            msg = f"{table.source.path}, line {line}: {', '.join(filter(None, key))} comes twice"
            raise OptionError(msg)
        seen.add(key)
