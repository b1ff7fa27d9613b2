"""Data sets of Hugging Face `datasets`: of the Hub, or in local folders."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from restorebench.data.dataset import Dataset
from restorebench.data.hash_cache import file_stamp
from restorebench.data.layouts.hub_text import HubText, parse_hub
from restorebench.data.tables.columns import FILES
from restorebench.data.tables.file_memory import FileMemory
from restorebench.data.tables.hub_columns import (
    columns_of,
    file_parts,
    ids_of,
    row_of,
    undecoded,
)
from restorebench.data.tables.hub_table import load_table
from restorebench.data.tables.rows import SampleReader

if TYPE_CHECKING:
    from datasets import Dataset as Table


def open_hub(split: str, *, source: str, name: str) -> Dataset:
    """The data set that a text such as ``hub:ORG/NAME,split=test,degraded=lq,target=gt`` means.

    Without a connection the copy of an earlier use is taken. Raises `OptionError` where there is
    none, and where the columns are not those that the text names.
    """
    text = parse_hub(source)
    rows = HubRows(load_table(text), text)
    memory = FileMemory(rows.stamps)
    return Dataset(name, split, rows.ids, SampleReader(rows), memory=memory, rows=rows)


class HubRows:
    """The rows of a table of other columns, under our names."""

    def __init__(self, table: Table, text: HubText) -> None:
        self._columns = columns_of(table, text)
        self._table = undecoded(table, self._columns)
        self._scale = text.scale
        self.ids = ids_of(self._table, self._columns)
        self._places = {sample_id: place for place, sample_id in enumerate(self.ids)}
        arrow = sorted({Path(file["filename"]) for file in self._table.cache_files})
        self._origin = [self._table._fingerprint, *map(file_stamp, arrow)]
        self._files = {
            name: file_parts(self._table, name)
            for ours, (name, *_) in self._columns.items()
            if ours in FILES
        }

    def __call__(self, sample_id: str) -> Mapping[str, Any]:
        row = row_of(self._table[self._places[sample_id]], self._columns)
        stated = {} if self._scale is None else {"scale": self._scale}
        return {**row, "id": sample_id, **stated}

    @property
    def columns(self) -> tuple[str, ...]:
        """Our names of the columns that there are."""
        stated = () if self._scale is None else ("scale",)
        return tuple(dict.fromkeys(["id", *self._columns, *stated]))

    def stamps(self, sample_id: str) -> Iterable[str]:
        """Texts that change whenever the sample has: of the table's files, or its own."""
        place = self._places[sample_id]
        yield from (f"row {place}", *self._origin)
        yield repr((self._scale, sorted(self._columns.items())))
        for name, (paths, inside) in self._files.items():
            if not inside[place] and (path := paths[place]):
                yield f"{name}\0{file_stamp(Path(path))}"
