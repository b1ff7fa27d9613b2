"""Hashes of a generated data set, a function of code alone, remembered beside the store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple
from pathlib import Path
from typing import Any

from restorebench.data.hashing import Identity
from restorebench.errors import ChangedDataError
from restorebench.harness.jsonl import JsonLines


class HashLines:
    """The file of remembered hashes: a line for each split of a data set and state of its code."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lines = JsonLines(path)
        self._found: dict[str, dict[str, Identity]] = {}

    def find(self, key: str) -> dict[str, Identity]:
        """The hashes under a key, by sample; none if there is no line of it."""
        for line in self._lines.read_new():
            self._found |= _entry(line)
        return self._found.get(key, {})

    def add(self, key: str, hashes: Mapping[str, Identity]) -> dict[str, Identity]:
        """Write a line, unless another process was faster: what it has written then."""
        with self._lines.locked():
            if not (found := self.find(key)):
                rows = [[sample_id, *astuple(one)] for sample_id, one in hashes.items()]
                self._lines.append({"data": key, "samples": rows})
        return found


class CodeMemory:
    """Hashes of the samples `ids` of a split under `key`, which covers the code that makes them.

    Raises `ChangedDataError` where other samples than `ids` are remembered.
    """

    def __init__(self, lines: HashLines, key: str, ids: Sequence[str]) -> None:
        self._lines, self._key, self._ids = lines, key, tuple(ids)

    @property
    def remedy(self) -> str:
        """Where the hashes are."""
        return (
            f"remembered in {self._lines.path}: delete that file if the data was changed on "
            "purpose, and run everything again"
        )

    def recall(self, ids: Sequence[str]) -> Mapping[str, Identity]:
        """Those of all samples, or none."""
        return self._checked(self._lines.find(self._key))

    def keep(self, known: Mapping[str, Identity]) -> Mapping[str, Identity]:
        """Remember them if they are all; what another process has since the last look."""
        if len(known) < len(self._ids):
            return {}
        return self._checked(self._lines.add(self._key, {i: known[i] for i in self._ids}))

    def _checked(self, found: Mapping[str, Identity]) -> Mapping[str, Identity]:
        if found and tuple(found) != self._ids:
            msg = (
                f"{self._key.rpartition('/')[0]} lists other samples than before, or in another "
                f"order: {_listed(self._ids)} now, {_listed(found)} before; its ids must be the "
                f"same in every process; {self.remedy}"
            )
            raise ChangedDataError(msg)
        return found


def _entry(line: Mapping[str, Any]) -> dict[str, dict[str, Identity]]:
    """What a line remembers; nothing for one of another form, since all can be made again."""
    try:
        return {line["data"]: {i: Identity(*hashes) for i, *hashes in line["samples"]}}
    except (KeyError, TypeError, ValueError):
        return {}


def _listed(ids: Iterable[str]) -> str:
    return f"{', '.join(list(ids)[:3])}, …"
