"""A data set: ids in order and a way to make each sample, which is made when it is asked for."""

from __future__ import annotations

import reprlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from restorebench.data.hashing import Identity, dataset_hash, identify
from restorebench.data.memory import Memory, Rows
from restorebench.errors import (
    ChangedDataError,
    OptionError,
    PluginError,
    SampleError,
    UnknownNameError,
)
from restorebench.plugins import Suite
from restorebench.registry import nearest
from restorebench.types import Sample

_KEPT_AT_ONCE = 256
"""Samples after which hashes are remembered, so that an interrupted reading goes on there."""


@dataclass(frozen=True)
class Dataset:
    """One split of a data set.

    `make(id)` returns the `Sample` of that id, the same pixels each time; it may be slow.
    Splits of one data set never share a scene. `more(n)` gives the first n ids of a split that is
    generated and need not end: `ids` and those after them, in the same order. `notes` are what a
    user should know of files, and `whole` is the size of the full split where only a part of it is
    here, else 0. `rows` are the files of a data set on disk, which `restorebench.data.tables`
    describes. `known` are the hashes of the samples that were made, in this process or, where
    there is a `memory`, in others; every later one is compared with them. Raises `SampleError`
    where ids are no texts or repeated, or `make` gives another sample than that of the id, and
    `ChangedDataError` where its pixels or numbers differ from those made before.
    """

    name: str
    split: str
    ids: tuple[str, ...]
    make: Callable[[str], Sample]
    more: Callable[[int], tuple[str, ...]] | None = None
    notes: tuple[str, ...] = ()
    whole: int = 0
    rows: Rows | None = field(default=None, compare=False, repr=False)
    memory: Memory | None = field(default=None, compare=False, repr=False)
    known: dict[str, Identity] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        if not isinstance(self.ids, tuple | list) or not all(isinstance(i, str) for i in self.ids):
            there = reprlib.repr(self.ids)
            msg = f"{self.name}/{self.split} has the ids {there}; expected texts in a tuple"
            raise SampleError(msg)
        if repeated := [i for i, count in Counter(self.ids).items() if count > 1]:
            msg = f"{self.name}/{self.split} has these ids more than once: {', '.join(repeated)}"
            raise SampleError(msg)

    def __len__(self) -> int:
        return len(self.ids)

    def __iter__(self) -> Iterator[Sample]:
        return map(self._made, self.ids)

    def __getitem__(self, sample_id: str) -> Sample:
        if sample_id not in self._places:
            hint = nearest(sample_id, self.ids)
            msg = f"no sample {sample_id!r} in {self.name}/{self.split}; {hint}"
            raise UnknownNameError(msg)
        return self._made(sample_id)

    @cached_property
    def _places(self) -> frozenset[str]:
        return frozenset(self.ids)

    def _made(self, sample_id: str) -> Sample:
        sample = self.make(sample_id)
        if not isinstance(sample, Sample) or sample.id != sample_id:
            other = (
                f"the sample {sample.id!r}" if isinstance(sample, Sample) else reprlib.repr(sample)
            )
            msg = f"{self.name}/{self.split} made {other} for the id {sample_id!r}"
            raise SampleError(msg)
        self.expect({sample_id: identify(sample)})
        return sample

    def extended(self, count: int) -> Dataset:
        """The same split with its first `count` samples, more than it has.

        Raises `OptionError` where its data set cannot make more.
        """
        if self.more is None:
            msg = f"{self.name}/{self.split} has {len(self)} samples; its data set makes no more"
            raise OptionError(msg)
        return replace(self, ids=self.more(count))

    def expect(self, identities: Mapping[str, Identity]) -> None:
        """Add hashes of samples to `known`; raises `ChangedDataError` for others than those."""
        for sample_id, found in identities.items():
            if (before := self.known.setdefault(sample_id, found)) != found:
                raise ChangedDataError(self._changed(sample_id, before, found))

    def recall(self) -> tuple[str, ...]:
        """Look up what is remembered; the samples whose hashes are not known."""
        new = tuple(sample_id for sample_id in self.ids if sample_id not in self.known)
        if self.memory is None or not new:
            return new
        found = self.memory.recall(new)
        self.expect(found)
        self._kept.update(found)
        return tuple(sample_id for sample_id in new if sample_id not in self.known)

    def identify_all(
        self,
        make: Callable[[str], object] | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> None:
        """Get to know the hashes of all samples, and remember them as they are found.

        Those that are not remembered are made, by `make` where the caller keeps samples.
        `progress` is called with the number of samples that were made and are to be made.
        """
        if len(self._kept) == len(self.ids):
            return
        new = self.recall()
        for done, sample_id in enumerate(new, 1):
            (make or self._made)(sample_id)
            if done % _KEPT_AT_ONCE == 0:
                self._remember(new[done - _KEPT_AT_ONCE : done])
            if progress is not None:
                progress(done, len(new))
        self._remember(self.ids)

    @cached_property
    def _kept(self) -> set[str]:
        """The samples whose hashes the memory has, as far as this process knows."""
        return set()

    def _remember(self, ids: Sequence[str]) -> None:
        if self.memory is not None:
            self.expect(self.memory.keep({sample_id: self.known[sample_id] for sample_id in ids}))
        self._kept.update(ids)

    def identity(self, sample_id: str) -> Identity:
        """The hashes of one sample, which is made if they are not known."""
        if sample_id not in self.known:
            self[sample_id]
        return self.known[sample_id]

    @cached_property
    def content_hash(self) -> str:
        """A hash of every sample's ids and pixels; makes those whose hashes are not known."""
        self.identify_all()
        found = ((sample_id, self.known[sample_id]) for sample_id in self.ids)
        return dataset_hash((sample_id, hashes.input, hashes.target) for sample_id, hashes in found)

    def _changed(self, sample_id: str, before: Identity, now: Identity) -> str:
        remedy = f"; {self.memory.remedy}" if self.memory else ""
        return (
            f"{self.name}/{self.split} gives another {sample_id!r} than before: input {now.input} "
            f"and target {now.target} now, input {before.input} and target {before.target} before; "
            "a sample must be the same in every process: its files must not change during a run, "
            "and randomness must be seeded by its id (restorebench.data.seeding.rng_of), not by "
            f"hash(), the time or a shared generator{remedy}"
        )


def open_split(suite: Suite, name: str, split: str) -> Dataset:
    """A split of an installed data set.

    Raises `OptionError` for a split that it does not have, and `PluginError` where the plugin
    makes something else than a `Dataset` of that name and split with samples.
    """
    spec = suite.datasets[name]
    spec.check_split(split)
    dataset = suite.datasets.load(name)(split, **dict(spec.options))
    if not isinstance(dataset, Dataset):
        msg = f"the data set {name!r} made {type(dataset).__name__}, expected a Dataset"
        raise PluginError(msg)
    if (dataset.name, dataset.split) != (name, split):
        given = f"{dataset.name}/{dataset.split}"
        msg = f"the data set {name!r} made a Dataset called {given}, expected {name}/{split}"
        raise PluginError(msg)
    if not dataset.ids:
        msg = f"the split {split!r} of the data set {name!r} has no samples"
        raise PluginError(msg)
    return dataset
