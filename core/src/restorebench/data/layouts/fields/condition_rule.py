"""The numbers of a condition, as a layout states where they come from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from restorebench.data.layouts.fields.conditions import find_rows, read_rows
from restorebench.data.layouts.layout import ConditionRule
from restorebench.data.layouts.names import normal
from restorebench.registry import resolve


def numbers_of(
    rule: ConditionRule, folder: Path, names: Mapping[str, str], images: Mapping[str, Path]
) -> tuple[dict[str, tuple[float, ...]], str]:
    """The numbers of each sample, and a note where their file is not there.

    `names` are samples with the names of their targets: a line may have either. `images` are the
    samples' degraded images (left views). Raises `OptionError` where a sample has no line.
    """
    if rule.numbers:
        return dict.fromkeys(names, rule.numbers), ""
    path = rule.place(folder)
    if not path.exists():
        return {}, f"no conditions: {path} is not there"
    return find_rows(rows_of(rule, path, images), names, path), ""


def rows_of(
    rule: ConditionRule, path: Path, images: Mapping[str, Path]
) -> Mapping[str, Sequence[float]]:
    """The numbers by name that a file holds, or a folder of files if a reader reads it."""
    if not rule.reader:
        return read_rows(path)
    reader = resolve(rule.reader, f"the reader of {path.name}")
    return {normal(name): numbers for name, numbers in reader(path, images).items()}
