"""The columns of somebody else's table, as the fields of a sample."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from restorebench.data.layouts.hub_text import HubText
from restorebench.data.layouts.names import normal
from restorebench.data.tables.columns import COLUMNS, FILES
from restorebench.errors import OptionError

if TYPE_CHECKING:
    from datasets import Dataset as Table

_FILE = {"bytes", "path"}


def columns_of(table: Table, text: HubText) -> dict[str, tuple[str, ...]]:
    """Our columns, each with those of `table` that fill it.

    Columns that have our names already need not be stated. Raises `OptionError`, which lists the
    columns that there are, for one that is absent or holds something else than images.
    """
    found: dict[str, tuple[str, ...]] = {n: (n,) for n in COLUMNS if n in table.features}
    for field, names in text.columns.items():
        found |= {field: names} if field not in FILES else _views(field, names, text)
    if "degraded" not in found:
        msg = f"{text.place} does not say which column holds degraded images: write degraded=COLUMN"
        raise OptionError(f"{msg}; {_there(table)}")
    for ours, names in found.items():
        for name in names:
            _check(table, text, ours, name)
    return found


def undecoded(table: Table, columns: Mapping[str, tuple[str, ...]]) -> Table:
    """The table of these columns alone, with files as they are."""
    from datasets import Image

    used = dict.fromkeys(name for names in columns.values() for name in names)
    table = table.select_columns(list(used))
    for ours, names in columns.items():
        for name in names if ours in FILES else ():
            if isinstance(table.features[name], Image):
                table = table.cast_column(name, Image(decode=False))
    return table


def row_of(raw: Mapping[str, Any], columns: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    """A row under our names; numbers of several columns are put together."""
    row = {ours: raw[names[0]] for ours, names in columns.items() if ours != "condition"}
    if names := columns.get("condition"):
        row["condition"] = [number for name in names for number in _numbers(raw[name])]
    return row


def _numbers(value: Any) -> Iterable[float]:
    if value is None:
        return ()
    return value if isinstance(value, list) else (value,)


def _views(field: str, names: tuple[str, ...], text: HubText) -> dict[str, tuple[str, ...]]:
    """The columns of the views of a field, left view first."""
    views = (field, f"{field}_right")
    if len(names) > (2 if views[1] in FILES else 1):
        msg = f"{field}={'+'.join(names)} of {text.place} names {len(names)} columns; one or two"
        raise OptionError(f"{msg} (left+right) are one sample's views")
    return {ours: (name,) for ours, name in zip(views, names, strict=False)}


def _check(table: Table, text: HubText, ours: str, name: str) -> None:
    if name not in table.features:
        msg = f"{text.place} has no column {name!r} ({ours}={name}); {_there(table)}"
        raise OptionError(msg)
    if ours in FILES and not _holds_files(table.features[name]):
        msg = f"the column {name!r} of {text.place} holds {_kind(table.features[name])}, not images"
        raise OptionError(f"{msg}; {_there(table)}")


def _holds_files(feature: Any) -> bool:
    from datasets import Image

    is_file = isinstance(feature, dict) and set(feature) == _FILE
    return isinstance(feature, Image) or is_file or getattr(feature, "dtype", "") == "binary"


def _kind(feature: Any) -> str:
    from datasets import Image

    if isinstance(feature, Image):
        return "image"
    return str(getattr(feature, "dtype", None) or type(feature).__name__.lower())


def _there(table: Table) -> str:
    listed = (f"{name} ({_kind(feature)})" for name, feature in table.features.items())
    return f"its columns are {', '.join(listed)}"


def ids_of(table: Table, columns: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The samples' names: of the column ``id``, else of their files, else the rows' numbers.

    Files name samples where every row has one and no two are the same, without suffix.
    """
    if names := columns.get("id"):
        return tuple(normal(str(value)) for value in table[names[0]])
    paths = file_parts(table, columns["degraded"][0])[0]
    stems = [normal(PurePosixPath(path.replace("\\", "/")).stem) for path in paths if path]
    if len(set(stems)) == len(table):
        return tuple(stems)
    digits = len(str(max(len(table) - 1, 0)))
    return tuple(f"{row:0{digits}d}" for row in range(len(table)))


def file_parts(table: Table, column: str) -> tuple[list[str | None], list[bool]]:
    """Of each row, the path of a column's file, and whether the table holds its content.

    Contents are not read.
    """
    import pyarrow.compute as compute

    values = table.with_format("arrow").select_columns([column])[:][column]
    if getattr(table.features[column], "dtype", "") == "binary":
        return [None] * len(table), [True] * len(table)
    is_absent = compute.is_null(compute.struct_field(values, "bytes"))
    return compute.struct_field(values, "path").to_pylist(), [not a for a in is_absent.to_pylist()]
