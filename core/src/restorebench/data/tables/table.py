"""Scenes in files as one table, written once to the Arrow cache and mapped into memory."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from restorebench.atomic import replacing
from restorebench.console import legible
from restorebench.data.cache_folder import cache_folder
from restorebench.data.hashing import combined_hash
from restorebench.data.layouts.scene_files import SceneFiles
from restorebench.data.tables.columns import COLUMNS, FILES, features_of
from restorebench.errors import ImageError

if TYPE_CHECKING:
    from datasets import Dataset as Table

_VIEWS = ("", "_right")


def table_of(
    scenes: Sequence[SceneFiles], scale: int | None = None, depth_unit: float | None = None
) -> Table:
    """A row for each scene, in order, with the paths of its files; no file is opened.

    It has the columns that at least one scene fills. `scale` is that of all scenes, None if it
    follows from their sizes; `depth_unit` is metres per level of depth in whole numbers. The table
    is kept in the Arrow cache under a hash of its rows, so that what ``map`` makes of it is found
    again. Where the cache cannot be written it stays in memory.
    """
    from datasets import Dataset as Table

    rows = [_row(scene) | {"scale": scale, "depth_unit": depth_unit} for scene in scenes]
    filled = {name for row in rows for name, value in row.items() if value is not None}
    columns = {name: [row.get(name) for row in rows] for name in COLUMNS if name in filled}
    features = features_of(columns)
    path = cache_folder() / "tables" / f"{_key(columns)}.arrow"
    try:
        if not path.exists():
            _write(Table.from_dict(columns, features=features), path)
        return Table.from_file(str(path))
    except OSError:
        return Table.from_dict(columns, features=features)


def file_rows(scene: SceneFiles) -> dict[str, Path]:
    """The files of a scene by their columns."""
    found: dict[str, Path | None] = {"mask": scene.mask, "depth": scene.depth}
    for field, paths in (("degraded", scene.degraded), ("target", scene.target)):
        found |= dict(zip((field + view for view in _VIEWS), paths, strict=False))
    return {name: path for name in FILES if (path := found.get(name)) is not None}


def _row(scene: SceneFiles) -> dict[str, Any]:
    files = {n: {"bytes": None, "path": _storable(p)} for n, p in file_rows(scene).items()}
    return {"id": scene.id, **files, "condition": list(scene.condition) or None}


def _storable(path: Path) -> str:
    """The path as a table can hold it; `ImageError` where it is not UTF-8."""
    if (text := legible(str(path))) != str(path):
        msg = f"{text}: the file's name is not UTF-8, and no table can hold it; rename the file"
        raise ImageError(msg)
    return text


def _key(columns: dict[str, list[Any]]) -> str:
    return combined_hash(part for name, values in columns.items() for part in (name, repr(values)))


def _write(table: Table, path: Path) -> None:
    from datasets.arrow_writer import ArrowWriter

    with (
        replacing(path) as part,
        ArrowWriter(features=table.features, path=str(part)) as writer,
    ):
        writer.write_table(table.data.table)
        writer.finalize()
