"""The numbers of a condition, as a layout states where they come from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from restorebench.data.layouts.conditions import find_rows, read_rows
from restorebench.data.layouts.layout import ConditionRule
from restorebench.data.layouts.names import normal
from restorebench.registry import resolve


def numbers_of(
    rule: ConditionRule, folder: Path, names: Mapping[str, str], size: tuple[int, int] | None
) -> tuple[dict[str, tuple[float, ...]], str]:
    """The numbers of each sample, and a note where their file is not there.

    `names` are samples with the names of their targets: a line may have either. A reader is called
    with the path of the file and the data set's `size`. Raises `OptionError` where a sample has no
    line.
    """
    if rule.numbers:
        return dict.fromkeys(names, rule.numbers), ""
    path = folder / rule.file
    if not path.is_file():
        return {}, f"no conditions: {path} is not there"
    return find_rows(_rows(rule, path, size), names, path), ""


def _rows(
    rule: ConditionRule, path: Path, size: tuple[int, int] | None
) -> Mapping[str, Sequence[float]]:
    if not rule.reader:
        return read_rows(path)
    reader = resolve(rule.reader, f"the reader of {path.name}")
    return {normal(name): numbers for name, numbers in reader(path, size).items()}
