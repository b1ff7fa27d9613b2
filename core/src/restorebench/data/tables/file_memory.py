"""Hashes of samples in files, remembered while the files' paths, sizes and times are the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import astuple
from functools import cached_property

from restorebench.data.code_fingerprint import code_fingerprint
from restorebench.data.dataset import Dataset
from restorebench.data.hash_cache import HashCache, stamp_of
from restorebench.data.hashing import Identity, identify


class FileMemory:
    """Hashes by stamp: ``stamps(id)`` are texts that change whenever the sample has.

    The code that reads files is part of the key too. `OSError` from `stamps` means that nothing is
    known of that sample.
    """

    def __init__(self, stamps: Callable[[str], Iterable[str]]) -> None:
        self._stamps = stamps
        self._cache = HashCache()

    @property
    def remedy(self) -> str:
        """Where the hashes are."""
        return (
            f"hashes are kept in {self._cache.path} by path, size and time of change of the files; "
            "'restorebench datasets check' reads all files again"
        )

    def recall(self, ids: Sequence[str]) -> Mapping[str, Identity]:
        """Those of samples whose files have not changed."""
        keys = self.keys(ids)
        found = self._cache.get(keys.values())
        return {i: Identity(*found[key]) for i, key in keys.items() if key in found}

    def keep(self, known: Mapping[str, Identity]) -> Mapping[str, Identity]:
        """Remember hashes under the files as they are now."""
        keys = self.keys(known)
        self._cache.put({key: astuple(known[i]) for i, key in keys.items()})
        return {}

    def keys(self, ids: Iterable[str], what: str = "hashes") -> dict[str, str]:
        """By sample the key of what is kept of it in the cache, such as its hashes."""
        found = {}
        for sample_id in ids:
            with suppress(OSError):
                found[sample_id] = stamp_of([what, self._code, *self._stamps(sample_id)])
        return found

    @cached_property
    def _code(self) -> str:
        return code_fingerprint("restorebench")


def changed_unseen(dataset: Dataset, progress: Callable[[], None] | None = None) -> list[str]:
    """The samples whose remembered hashes are wrong, though no file's size or time has changed.

    Every sample is read, and the right hashes are remembered from then on. `progress` is called
    after each.
    """
    before = {} if dataset.memory is None else dataset.memory.recall(dataset.ids)
    now: dict[str, Identity] = {}
    for sample_id in dataset.ids:
        now[sample_id] = identify(dataset.make(sample_id))
        if progress is not None:
            progress()
    if dataset.memory is not None:
        dataset.memory.keep(now)
    return [sample_id for sample_id, found in before.items() if now[sample_id] != found]
