"""A data set: ids in order and a way to make each sample, which is made when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from restorebench.data.hashing import combined_hash, input_hash, target_hash
from restorebench.errors import UnknownNameError
from restorebench.types import Sample


@dataclass(frozen=True)
class Dataset:
    """One split of a data set.

    `make(id)` returns the `Sample` of that id, the same pixels each time; it may be slow.
    Splits of one data set never share a scene.
    """

    name: str
    split: str
    ids: tuple[str, ...]
    make: Callable[[str], Sample]

    def __len__(self) -> int:
        return len(self.ids)

    def __iter__(self) -> Iterator[Sample]:
        return (self[sample_id] for sample_id in self.ids)

    def __getitem__(self, sample_id: str) -> Sample:
        if sample_id not in self.ids:
            msg = f"no sample {sample_id!r} in {self.name}/{self.split}; it has {len(self)} samples"
            raise UnknownNameError(msg)
        return self.make(sample_id)

    @cached_property
    def content_hash(self) -> str:
        """A hash of every sample's ids and pixels; makes all samples once."""
        return combined_hash(
            part for sample in self for part in (sample.id, input_hash(sample), target_hash(sample))
        )
