"""Data sets in use: opened once, their samples made once (and cached up to a size).

The hashes of a *generated* data set, a function of code alone, are remembered beside the store
under a fingerprint of that code, so that a run that finds everything done makes no sample. What is
remembered is never trusted: each sample that is made is compared with it.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import astuple
from pathlib import Path
from typing import Any

from restorebench.data.dataset import Dataset, open_split
from restorebench.data.hashing import Identity
from restorebench.errors import ChangedDataError
from restorebench.harness.fingerprint import code_fingerprint
from restorebench.harness.jsonl import JsonLines
from restorebench.plugins import Suite
from restorebench.types import Sample

CACHE_BYTES = 1 << 30
"""Bytes of samples that are cached by default, 1 GiB."""


class DatasetCache:
    """Gives samples and hashes of the suite's data sets; remembers hashes in the file `memory`.

    Raises `ChangedDataError` where a sample is not the one that is remembered.
    """

    def __init__(self, suite: Suite, memory: Path, max_bytes: int = CACHE_BYTES) -> None:
        self._suite = suite
        self._max_bytes = max_bytes
        self._datasets: dict[tuple[str, str], Dataset] = {}
        self._samples: OrderedDict[tuple[str, str, str], Sample] = OrderedDict()
        self._lines = JsonLines(memory)
        self._remembered: dict[str, dict[str, Identity]] = {}

    def dataset(self, name: str, split: str) -> Dataset:
        """The split of a data set, opened on first use."""
        if (name, split) not in self._datasets:
            dataset = open_split(self._suite, name, split)
            self._recall(dataset)
            self._datasets[name, split] = dataset
        return self._datasets[name, split]

    def sample(self, name: str, split: str, sample_id: str) -> Sample:
        """One sample, made now or cached."""
        key = (name, split, sample_id)
        if key not in self._samples:
            with self._explained(name):
                self._samples[key] = self.dataset(name, split)[sample_id]
            while len(self._samples) > 1 and self._bytes() > self._max_bytes:
                self._samples.popitem(last=False)
        self._samples.move_to_end(key)
        return self._samples[key]

    def identity(self, name: str, split: str, sample_id: str) -> Identity:
        """The hashes of one sample."""
        return self._identified(name, split).identity(sample_id)

    def content_hash(self, name: str, split: str) -> str:
        """The hash of a whole split."""
        return self._identified(name, split).content_hash

    def _identified(self, name: str, split: str) -> Dataset:
        """A split with the hashes of every sample: remembered, or from making each once."""
        dataset = self.dataset(name, split)
        if new := [i for i in dataset.ids if i not in dataset.known]:
            for sample_id in new:
                self.sample(name, split, sample_id)
            self._remember(dataset)
        return dataset

    def _recall(self, dataset: Dataset) -> None:
        """Let the data set know the hashes that are remembered of it."""
        if (key := self._key(dataset)) is None:
            return
        for line in self._lines.read_new():
            self._remembered |= _entry(line)
        if (found := self._remembered.get(key)) is None:
            return
        with self._explained(dataset.name):
            if tuple(found) != dataset.ids:
                msg = (
                    f"{dataset.name}/{dataset.split} lists other samples than before, or in "
                    f"another order: {_listed(dataset.ids)} now, {_listed(found)} before; "
                    "its ids must be the same in every process"
                )
                raise ChangedDataError(msg)
            dataset.expect(found)

    def _remember(self, dataset: Dataset) -> None:
        if (key := self._key(dataset)) is None:
            return
        with self._lines.locked():
            self._recall(dataset)  # another process may have written it since
            if key not in self._remembered:
                rows = [[i, *astuple(dataset.known[i])] for i in dataset.ids]
                self._lines.append({"data": key, "samples": rows})

    def _key(self, dataset: Dataset) -> str | None:
        """What a generated split is a function of, else None."""
        spec = self._suite.datasets[dataset.name]
        module = spec.target.partition(":")[0]
        where = f"{spec.name}/{dataset.split}"
        return f"{where}/{code_fingerprint(module)}" if spec.generated else None

    @contextmanager
    def _explained(self, name: str) -> Iterator[None]:
        """Say where the hashes of a generated data set are remembered, if they differ."""
        try:
            yield
        except ChangedDataError as error:
            if not self._suite.datasets[name].generated:
                raise
            msg = f"{error}; remembered in {self._lines.path}: delete that file if it was changed"
            raise ChangedDataError(f"{msg} on purpose, and run everything again") from error

    def _bytes(self) -> int:
        arrays = (
            a for s in self._samples.values() for a in (s.degraded, s.target, s.mask, s.depth)
        )
        return sum(array.nbytes for array in arrays if array is not None)


def _entry(line: Mapping[str, Any]) -> dict[str, dict[str, Identity]]:
    """What a line remembers; nothing for one of another form, since all can be made again."""
    try:
        return {line["data"]: {i: Identity(*hashes) for i, *hashes in line["samples"]}}
    except (KeyError, TypeError, ValueError):
        return {}


def _listed(ids: Iterable[str]) -> str:
    first = list(ids)[:3]
    return f"{', '.join(first)}, …"
