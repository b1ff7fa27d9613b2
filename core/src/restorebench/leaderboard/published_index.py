"""The entries of ``published.toml``, which describes the CSV files beside it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import Field

from restorebench.errors import OptionError
from restorebench.strict_model import Number, StrictModel

INDEX = "published.toml"


class DatasetEntry(StrictModel):
    """A data set of a table: its columns begin with `prefix`, its rows have the values of `where`.

    `name` is what a section of it is called, and so are the names in `also`.
    """

    name: str
    title: str
    also: tuple[str, ...] = ()
    prefix: str = ""
    where: dict[str, str] = Field(default_factory=dict)


class CheckEntry(StrictModel):
    """What was measured here for a row by `protocol`: by column, and under which conditions."""

    method: str
    dataset: str
    measured: dict[str, Number]
    protocol: str
    conditions: str


class TableEntry(StrictModel):
    """One CSV file; without `datasets` it holds facts instead of scores, which `summary` describes.

    `protocol` is ours by which the source scored, if that is known; `needs` says in words which
    protocol its numbers need. `second_hand` says whom the source quotes for rows whose column of
    that name is empty.
    """

    file: str
    source: str
    summary: str = ""
    task: str = ""
    method: str = "method"
    columns: tuple[str, ...] = ()
    datasets: tuple[DatasetEntry, ...] = ()
    protocol: str = ""
    needs: str = ""
    second_hand: str = ""
    note: str = ""
    verified: tuple[CheckEntry, ...] = ()


def read_index(folder: Path) -> list[TableEntry]:
    """The entries of the index of a folder; raises `OptionError` that says what is wrong."""
    path = folder / INDEX
    try:
        tables = tomllib.loads(path.read_text("utf-8")).get("table", [])
    except (OSError, ValueError) as error:
        msg = f"{path} cannot be read: {error}; give the folder of published tables"
        raise OptionError(msg) from error
    if not isinstance(tables, list) or not all(isinstance(entry, dict) for entry in tables):
        msg = f"{path}: 'table' is not a list of tables; write each as [[table]]"
        raise OptionError(msg)
    return [_entry(path, number, entry) for number, entry in enumerate(tables, 1)]


def _entry(path: Path, number: int, values: Mapping[str, Any]) -> TableEntry:
    try:
        inner = {
            "datasets": _each(DatasetEntry, values, "datasets"),
            "verified": _each(CheckEntry, values, "verified"),
        }
        return TableEntry.from_dict({**values, **inner})
    except OptionError as error:
        what = str(error).removeprefix("published_index: ")
        msg = f"{path}: table {number} ({values.get('file', 'without file')}): {what}"
        raise OptionError(msg) from error


def _each(kind: type[StrictModel], values: Mapping[str, Any], key: str) -> tuple[Any, ...]:
    found = values.get(key, [])
    if not isinstance(found, list) or not all(isinstance(entry, dict) for entry in found):
        msg = f"{key} is {found!r}; expected a list of tables"
        raise OptionError(msg)
    return tuple(kind.from_dict(entry) for entry in found)
