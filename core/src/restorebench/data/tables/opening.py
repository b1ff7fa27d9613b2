"""Tables of samples as data sets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from restorebench.data.dataset import Dataset
from restorebench.data.hash_cache import file_stamp
from restorebench.data.layouts.scene_files import SceneFiles
from restorebench.data.tables.file_memory import FileMemory
from restorebench.data.tables.rows import SampleReader
from restorebench.data.tables.table import file_rows, table_of

if TYPE_CHECKING:
    from datasets import Dataset as Table


class SceneRows:
    """The rows of scenes in files, from their table, which is made when the first is asked for."""

    def __init__(self, scenes: Sequence[SceneFiles], scale: int | None, unit: float | None) -> None:
        self._scenes = {scene.id: scene for scene in scenes}
        self._places = {scene.id: place for place, scene in enumerate(scenes)}
        self._scale, self._unit = scale, unit

    def __call__(self, sample_id: str) -> Mapping[str, Any]:
        row: Mapping[str, Any] = self._table[self._places[sample_id]]
        return row

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that at least one scene fills."""
        return tuple(self._table.column_names)

    def stamps(self, sample_id: str) -> Iterable[str]:
        """Texts that change whenever the sample has."""
        scene = self._scenes[sample_id]
        numbers = [repr(float(number)) for number in scene.condition]
        files = (f"{c}\0{file_stamp(path)}" for c, path in file_rows(scene).items())
        return [str(self._scale), str(self._unit), *numbers, *files]

    @cached_property
    def _table(self) -> Table:
        return table_of(tuple(self._scenes.values()), self._scale, self._unit)


def scenes_dataset(
    name: str,
    split: str,
    scenes: Sequence[SceneFiles],
    scale: int | None = None,
    depth_unit: float | None = None,
    **facts: Any,
) -> Dataset:
    """The data set of scenes in files, in order, as one table.

    `scale` is that of all scenes, None if it follows from their sizes; `depth_unit` is metres per
    level of depth in whole numbers. `facts` are further fields of `Dataset`.
    """
    rows = SceneRows(scenes, scale, depth_unit)
    ids = tuple(scene.id for scene in scenes)
    memory = FileMemory(rows.stamps)
    return Dataset(name, split, ids, SampleReader(rows), memory=memory, rows=rows, **facts)
