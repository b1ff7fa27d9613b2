"""Data sets in use: opened once, their samples made once (and kept while there is room)."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from restorebench.data.dataset import Dataset
from restorebench.data.hashing import array_hash, dataset_hash, input_hash, target_hash
from restorebench.errors import PluginError
from restorebench.plugins import Suite
from restorebench.types import Sample

ROOM = 1 << 30
"""Bytes of samples that are kept, 1 GiB."""


@dataclass(frozen=True)
class Identity:
    """The hashes of one sample; `mask` is ``""`` without one."""

    input: str
    target: str
    mask: str


class Shelf:
    """Gives samples and hashes of the suite's data sets."""

    def __init__(self, suite: Suite, room: int = ROOM) -> None:
        self._suite = suite
        self._room = room
        self._datasets: dict[tuple[str, str], Dataset] = {}
        self._hashes: dict[tuple[str, str], str] = {}
        self._samples: OrderedDict[tuple[str, str, str], Sample] = OrderedDict()
        self._identities: dict[tuple[str, str, str], Identity] = {}

    def dataset(self, name: str, split: str) -> Dataset:
        """The split of a data set, opened on first use."""
        if (name, split) not in self._datasets:
            dataset = self._suite.datasets.load(name)(split)
            if not isinstance(dataset, Dataset):
                msg = f"the data set {name!r} made {type(dataset).__name__}, expected a Dataset"
                raise PluginError(msg)
            self._datasets[name, split] = dataset
        return self._datasets[name, split]

    def sample(self, name: str, split: str, sample_id: str) -> Sample:
        """One sample, made or still kept."""
        key = (name, split, sample_id)
        if key not in self._samples:
            self._samples[key] = self.dataset(name, split)[sample_id]
            self._make_room()
        self._samples.move_to_end(key)
        return self._samples[key]

    def identity(self, name: str, split: str, sample_id: str) -> Identity:
        """The hashes of one sample."""
        key = (name, split, sample_id)
        if key not in self._identities:
            sample = self.sample(name, split, sample_id)
            mask = "" if sample.mask is None else array_hash(sample.mask)
            self._identities[key] = Identity(input_hash(sample), target_hash(sample), mask)
        return self._identities[key]

    def content_hash(self, name: str, split: str) -> str:
        """The hash of a whole split; makes each of its samples once."""
        if (name, split) not in self._hashes:
            ids = self.dataset(name, split).ids
            identities = ((i, self.identity(name, split, i)) for i in ids)
            self._hashes[name, split] = dataset_hash((i, h.input, h.target) for i, h in identities)
        return self._hashes[name, split]

    def _make_room(self) -> None:
        while len(self._samples) > 1 and sum(map(_size, self._samples.values())) > self._room:
            self._samples.popitem(last=False)


def _size(sample: Sample) -> int:
    arrays = (sample.degraded, sample.target, sample.mask, sample.depth)
    return sum(array.nbytes for array in arrays if array is not None)
