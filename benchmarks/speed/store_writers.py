"""Records that are added to a store, and the same records as JSON files."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from restorebench.harness.record_json import encode
from restorebench.harness.store import Store
from restorebench.types import Record

if TYPE_CHECKING:
    pass

from store_records import batched

APPENDED = 20_000
"""Records that are appended, and written as files."""
FILES = 100_000
"""Records that are files in the comparison, which is scaled from there."""

Write: TypeAlias = Callable[[list[Record]], Any]
"""Writes some records."""


def append(folder: Path) -> Write:
    """Add records one by one, as the run of one process does."""
    store = Store(folder)
    return lambda batch: [store.add(record) for record in batch]


def append_groups(size: int) -> Callable[[Path], Write]:
    """Add so many records at once, as a run with workers does with those of a range."""

    def begun(folder: Path) -> Write:
        store = Store(folder)
        return lambda batch: [store.add_all(group) for group in batched(batch, size)]

    return begun


def files(folder: Path) -> Write:
    """Write records as files of their own, whole or not at all, as a store must."""
    (folder / "files").mkdir()

    def write(batch: Sequence[Record]) -> None:
        for record in batch:
            name = f"{record.dataset}-{record.restorer}-{record.sample}"
            path = folder / "files" / name[:8] / f"{name}.json"
            path.parent.mkdir(exist_ok=True)
            part = path.with_suffix(".part")
            part.write_text(json.dumps(encode(record)), encoding="utf-8")
            part.replace(path)

    return write


WRITERS: dict[str, tuple[int, Callable[[Path], Write]]] = {
    "append one by one": (APPENDED, append),
    "append 20 at once": (APPENDED, append_groups(20)),
    "append 200 at once": (APPENDED, append_groups(200)),
    "files": (FILES, files),
}
"""How many records each of them writes; making the records is not measured."""
