"""Tables of samples as data sets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from restorebench.data.dataset import Dataset
from restorebench.data.hash_cache import file_stamp
from restorebench.data.layouts.scene_files import SceneFiles
from restorebench.data.tables.file_memory import FileMemory
from restorebench.data.tables.rows import sample_of
from restorebench.data.tables.table import file_rows, table_of
from restorebench.types import Sample

if TYPE_CHECKING:
    from datasets import Dataset as Table

Stamps = Callable[[str], Iterable[str]]
"""Texts of a sample that change whenever it has."""


def scenes_dataset(
    name: str,
    split: str,
    scenes: Sequence[SceneFiles],
    scale: int | None = None,
    depth_unit: float | None = None,
    **facts: Any,
) -> Dataset:
    """The data set of scenes in files, in order, as one table.

    The table is made when the first sample is read: until then nothing but `scenes` is needed.
    `scale` is that of all scenes; None if it follows from their sizes. `depth_unit` is how many
    metres a value of 1 means in depth maps of whole numbers. `facts` are further fields of
    `Dataset`.
    """
    files = {scene.id: scene for scene in scenes}

    def stamps(sample_id: str) -> Iterable[str]:
        scene = files[sample_id]
        numbers = [repr(float(number)) for number in scene.condition]
        return [str(scale), str(depth_unit), *numbers, *_file_stamps(scene)]

    table = cache(lambda: table_of(scenes, scale, depth_unit))
    return dataset_of(table, tuple(files), name, split, scale, stamps, **facts)


def dataset_of(
    table: Callable[[], Table],
    ids: Sequence[str],
    name: str,
    split: str,
    scale: int | None = None,
    stamps: Stamps | None = None,
    **facts: Any,
) -> Dataset:
    """The rows of a table as a data set; `ids` are those of its rows.

    With `stamps`, hashes are remembered while those are the same.
    """
    places = {sample_id: place for place, sample_id in enumerate(ids)}

    def make(sample_id: str) -> Sample:
        row: Mapping[str, Any] = table()[places[sample_id]]
        return sample_of({**row, "id": sample_id}, scale)

    memory = None if stamps is None else FileMemory(stamps)
    return Dataset(name, split, tuple(ids), make, memory=memory, **facts)


def _file_stamps(scene: SceneFiles) -> Iterable[str]:
    return (f"{column}\0{file_stamp(path)}" for column, path in file_rows(scene).items())
