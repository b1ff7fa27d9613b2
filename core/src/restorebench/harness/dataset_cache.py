"""Data sets in use: opened once, their samples made once (and cached up to a size).

The hashes of a *generated* data set, a function of code alone, are remembered beside the store
under a fingerprint of that code, so that a run that finds everything done makes no sample.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import astuple, dataclass
from pathlib import Path

from restorebench.data.dataset import Dataset, open_split
from restorebench.data.hashing import array_hash, dataset_hash, input_hash, target_hash
from restorebench.harness.fingerprint import code_fingerprint
from restorebench.harness.jsonl import JsonLines
from restorebench.plugins import Suite
from restorebench.types import Sample

CACHE_BYTES = 1 << 30
"""Bytes of samples that are cached by default, 1 GiB."""


@dataclass(frozen=True)
class Identity:
    """The hashes of one sample and its number of views; `mask` is ``""`` without one."""

    input: str
    target: str
    mask: str
    views: int


class DatasetCache:
    """Gives samples and hashes of the suite's data sets; remembers hashes in the file `memory`."""

    def __init__(self, suite: Suite, memory: Path, max_bytes: int = CACHE_BYTES) -> None:
        self._suite = suite
        self._max_bytes = max_bytes
        self._datasets: dict[tuple[str, str], Dataset] = {}
        self._identities: dict[tuple[str, str], dict[str, Identity]] = {}
        self._samples: OrderedDict[tuple[str, str, str], Sample] = OrderedDict()
        self._lines = JsonLines(memory)
        self._remembered: dict[str, list[list[str | int]]] = {}

    def dataset(self, name: str, split: str) -> Dataset:
        """The split of a data set, opened on first use."""
        if (name, split) not in self._datasets:
            self._datasets[name, split] = open_split(self._suite, name, split)
        return self._datasets[name, split]

    def sample(self, name: str, split: str, sample_id: str) -> Sample:
        """One sample, made now or cached."""
        key = (name, split, sample_id)
        if key not in self._samples:
            self._samples[key] = self.dataset(name, split)[sample_id]
            while len(self._samples) > 1 and self._bytes() > self._max_bytes:
                self._samples.popitem(last=False)
        self._samples.move_to_end(key)
        return self._samples[key]

    def identity(self, name: str, split: str, sample_id: str) -> Identity:
        """The hashes of one sample."""
        return self._all(name, split)[sample_id]

    def content_hash(self, name: str, split: str) -> str:
        """The hash of a whole split."""
        identities = self._all(name, split)
        return dataset_hash((i, h.input, h.target) for i, h in identities.items())

    def _all(self, name: str, split: str) -> dict[str, Identity]:
        """The hashes of every sample of a split: remembered, or from making each once."""
        if (name, split) not in self._identities:
            ids = self.dataset(name, split).ids
            key = self._memory_key(name, split)
            known = self._recall(key, ids) if key else None
            made = known or {i: _identify(self.sample(name, split, i)) for i in ids}
            if key and known is None:
                self._remember(key, made)
            self._identities[name, split] = made
        return self._identities[name, split]

    def _memory_key(self, name: str, split: str) -> str | None:
        spec = self._suite.datasets[name]
        module = spec.target.partition(":")[0]
        return f"{name}/{split}/{code_fingerprint(module)}" if spec.generated else None

    def _recall(self, key: str, ids: tuple[str, ...]) -> dict[str, Identity] | None:
        for line in self._lines.read_new():
            self._remembered[line["key"]] = line["hashes"]
        rows = self._remembered.get(key)
        if rows is None or len(rows) != len(ids):
            return None
        return {i: Identity(*row) for i, row in zip(ids, rows, strict=True)}  # type: ignore[arg-type]

    def _remember(self, key: str, made: dict[str, Identity]) -> None:
        self._lines.path.parent.mkdir(parents=True, exist_ok=True)
        with self._lines.locked():
            self._recall(key, ())
            self._lines.append({"key": key, "hashes": [list(astuple(v)) for v in made.values()]})

    def _bytes(self) -> int:
        arrays = (
            a for s in self._samples.values() for a in (s.degraded, s.target, s.mask, s.depth)
        )
        return sum(array.nbytes for array in arrays if array is not None)


def _identify(sample: Sample) -> Identity:
    mask = "" if sample.mask is None else array_hash(sample.mask)
    return Identity(input_hash(sample), target_hash(sample), mask, sample.target_shape[0])
