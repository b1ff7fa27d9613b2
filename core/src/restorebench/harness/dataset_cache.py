"""Data sets in use: opened once, their samples made once (and cached up to a size).

The hashes of a *generated* data set are remembered beside the store, those of files in the user's
cache, so that a run that finds everything done makes no sample. What is remembered is never
trusted: each sample that is made is compared with it.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

from restorebench.allocator import give_back_freed_memory
from restorebench.data.code_fingerprint import code_fingerprint
from restorebench.data.dataset import Dataset, open_split
from restorebench.data.hashing import Identity
from restorebench.harness.code_memory import CodeMemory, HashLines
from restorebench.plugins import Suite
from restorebench.types import Sample

CACHE_BYTES = 1 << 30
"""Bytes of samples that are cached by default, 1 GiB."""

LARGE = 1 << 28
"""Bytes of a sample that takes longer to score than to make again: a pair of 11 megapixels."""


class DatasetCache:
    """Gives samples and hashes of the suite's data sets; remembers hashes in the file `memory`.

    Raises `ChangedDataError` where a sample is not the one that is remembered.
    """

    def __init__(self, suite: Suite, memory: Path, max_bytes: int = CACHE_BYTES) -> None:
        self._suite = suite
        self._max_bytes = max_bytes
        self._datasets: dict[tuple[str, str], Dataset] = {}
        self._samples: OrderedDict[tuple[str, str, str], Sample] = OrderedDict()
        self._lines = HashLines(memory)
        self._expected: dict[tuple[str, str], str] = {}

    def dataset(self, name: str, split: str) -> Dataset:
        """The split of a data set, opened on first use."""
        if (name, split) not in self._datasets:
            self._datasets[name, split] = self._opened(name, split)
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

    def forget_large(self) -> None:
        """Drop samples of more than `LARGE` bytes: what comes now needs the memory."""
        large = [key for key, sample in self._samples.items() if _nbytes(sample) > LARGE]
        for key in large:
            del self._samples[key]
        if large:
            give_back_freed_memory()

    def identity(self, name: str, split: str, sample_id: str) -> Identity:
        """The hashes of one sample."""
        return self.identified(name, split).identity(sample_id)

    def content_hash(self, name: str, split: str) -> str:
        """The hash of a whole split."""
        known = self._expected.get((name, split))
        return known or self.identified(name, split).content_hash

    def expect(
        self, name: str, split: str, content_hash: str, samples: Mapping[str, Identity]
    ) -> None:
        """Take hashes as known, so that no sample is made for them.

        From here on those of other samples of the split are not looked for.
        """
        self.dataset(name, split).expect(samples)
        self._expected[name, split] = content_hash

    def identified(
        self, name: str, split: str, progress: Callable[[int, int], None] | None = None
    ) -> Dataset:
        """A split with the hashes of every sample: remembered, or from making each once.

        `progress` is called with the number of samples that were made, and of all that must be.
        """
        dataset = self.dataset(name, split)
        if (name, split) not in self._expected:
            dataset.identify_all(partial(self.sample, name, split), progress)
        return dataset

    def _opened(self, name: str, split: str) -> Dataset:
        spec = self._suite.datasets[name]
        dataset = open_split(self._suite, name, split)
        if spec.generated:
            code = code_fingerprint(spec.target.partition(":")[0])
            memory = CodeMemory(self._lines, f"{name}/{split}/{code}", dataset.ids)
            dataset = replace(dataset, memory=memory)
        dataset.recall()
        return dataset

    def _bytes(self) -> int:
        return sum(map(_nbytes, self._samples.values()))


def _nbytes(sample: Sample) -> int:
    arrays = (sample.degraded, sample.target, sample.mask, sample.depth)
    return sum(array.nbytes for array in arrays if array is not None)
