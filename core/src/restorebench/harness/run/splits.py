"""The splits that cells are run on: what there is to do on them, samples and their hashes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple, TypeAlias

from restorebench.data.dataset import Dataset
from restorebench.data.hashing import Identity
from restorebench.harness.dataset_cache import CACHE_BYTES, DatasetCache
from restorebench.harness.plan import Cell
from restorebench.harness.run.failures import exits_as_errors
from restorebench.harness.run.settings import Settings
from restorebench.harness.run.task_fit import check_condition, check_views, missing_notes
from restorebench.plugins import Suite
from restorebench.types import Sample

Unit: TypeAlias = tuple[str, int]
"""The smallest piece of a cell: a sample's id and a draw."""


class Hashes(NamedTuple):
    """Of a split: of all of it, and of samples by their ids."""

    whole: str
    samples: Mapping[str, Identity]


class Splits:
    """Opens the splits of cells; hashes of samples are remembered in the file `memory`.

    What a data set raises is raised by all methods; `ChangedDataError` where a sample is not the
    one whose hashes are known.
    """

    def __init__(self, suite: Suite, memory: Path, settings: Settings) -> None:
        self._suite = suite
        self._limit = settings.limit
        most = settings.limits.memory or 16 * CACHE_BYTES
        self._cache = DatasetCache(suite, memory, min(CACHE_BYTES, most // 16))

    def prepare(
        self, cell: Cell, progress: Callable[[int, int], None] | None = None
    ) -> tuple[str, ...]:
        """Open and hash a cell's split: what its user should know.

        `progress` is called with the number of samples that were read for their hashes, and of all.
        Raises `SampleError` where samples are not of the form that the task states.
        """
        task = self._suite.tasks[cell.task]
        with exits_as_errors():
            dataset = self._cache.identified(*_place(cell), progress)
            own = bool(self._suite.datasets[cell.dataset].options)  # else a plugin's, for its task
            check_views(dataset, task, "; write {view} in its patterns" * (own and task.views == 2))
            if not own:
                return dataset.notes
            sample = self._cache.sample(*_place(cell), dataset.ids[0])
            check_condition(sample, task, cell.dataset)
            return (*dataset.notes, *missing_notes(sample, task))

    def size(self, cell: Cell) -> int:
        """How many restorations a cell takes."""
        return len(self.units(cell))

    def units(self, cell: Cell) -> tuple[Unit, ...]:
        """What a cell consists of, in order."""
        ids = self._opened(cell).ids[: self._limit]
        return tuple((sample_id, draw) for sample_id in ids for draw in range(cell.draws))

    def sample(self, cell: Cell, unit: Unit) -> Sample:
        """The sample of a unit, made now or cached."""
        return self._cache.sample(*_place(cell), unit[0])

    def forget_large(self) -> None:
        """Drop large samples from memory; they are made again."""
        self._cache.forget_large()

    def identity(self, cell: Cell, unit: Unit) -> Identity:
        """The hashes of a unit's sample."""
        return self._cache.identity(*_place(cell), unit[0])

    def content_hash(self, cell: Cell) -> str:
        """The hash of the whole split."""
        return self._cache.content_hash(*_place(cell))

    def whole(self, cell: Cell) -> int:
        """The size of the full split where only a part of it is there, else 0."""
        return self._cache.dataset(*_place(cell)).whole

    def hashes(self, cell: Cell) -> Hashes:
        """Those of the split; every sample is made once to find them."""
        dataset = self._cache.identified(*_place(cell))
        return Hashes(dataset.content_hash, dataset.known)

    def remembered(self, cell: Cell) -> Mapping[str, Identity]:
        """The hashes that are known without making a sample, by sample."""
        return self._opened(cell).known

    def unidentified(self, cell: Cell) -> tuple[str, ...]:
        """The samples whose hashes are not known without making them."""
        dataset = self._opened(cell)
        return tuple(sample for sample in dataset.ids if sample not in dataset.known)

    def identified(self, cell: Cell, found: Mapping[str, Identity]) -> None:
        """Take the hashes of some samples as found; `ChangedDataError` for others than known."""
        self._cache.dataset(*_place(cell)).expect(found)

    def expect(self, cell: Cell, hashes: Hashes) -> None:
        """Take the hashes of a cell's samples as known: other samples are not made for them.

        Raises `ChangedDataError`, now or when a sample is made, for others than those.
        """
        with exits_as_errors():
            self._cache.expect(*_place(cell), hashes.whole, hashes.samples)

    def _opened(self, cell: Cell) -> Dataset:
        with exits_as_errors():
            return self._cache.dataset(*_place(cell))


def _place(cell: Cell) -> tuple[str, str]:
    return cell.dataset, cell.split
