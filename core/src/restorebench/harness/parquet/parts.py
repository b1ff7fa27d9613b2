"""The parts of a store: files of ``records/``, numbered from 1, that no longer change.

A part is ``000001.json``, the index of ``000001.parquet``; or ``000001.jsonl``, the lines that are
to become these two. Of both, the index counts: it appears when its Parquet is complete.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

from restorebench.errors import StoreError
from restorebench.harness.jsonl import reading

FOLDER = "records"
"""The folder of parts, beside ``records.jsonl``."""

_NAME = re.compile(r"([0-9]{6})\.(?:json|jsonl|parquet)")


@dataclass(frozen=True)
class Part:
    """One part, in the folder `folder`; `indexed` if it is Parquet rather than lines."""

    folder: Path
    number: int
    indexed: bool = False

    @property
    def lines(self) -> Path:
        """The lines that it is made of, or was."""
        return self.folder / f"{self.number:06}.jsonl"

    @property
    def parquet(self) -> Path:
        """Its records as columns."""
        return self.folder / f"{self.number:06}.parquet"

    @property
    def index(self) -> Path:
        """What is where in them."""
        return self.folder / f"{self.number:06}.json"


def parts(store: Path, known: Sequence[Part] = ()) -> tuple[Part, ...]:
    """The parts of a store, the oldest first; `known` are those of an earlier call.

    While another process compacts, each record is in one of them or in ``records.jsonl``.
    """
    found = [*takewhile(lambda part: part.indexed, known)]  # these no longer change
    folder = store / FOLDER
    while (part := _part(folder, len(found) + 1)) is not None:
        found.append(part)
    return tuple(found)


def complete_parts(store: Path) -> tuple[Part, ...]:
    """As `parts`; `StoreError` where there are files of a later part, but not those of the next."""
    folder = store / FOLDER
    with reading(folder):
        names = [path.name for path in folder.iterdir()] if folder.is_dir() else []
    last = max((int(m[1]) for name in names if (m := _NAME.fullmatch(name))), default=0)
    found = parts(store)
    if last > len(found):
        msg = f"{folder} lacks part {len(found) + 1:06} of {last}; restore it from a copy"
        raise StoreError(msg)
    return found


def _part(folder: Path, number: int) -> Part | None:
    """A part as it is now; the index is looked for again, as it may have come in between."""
    for suffix in ("json", "jsonl", "json"):  # one of the store's few calls for each record
        if os.path.exists(f"{folder}/{number:06}.{suffix}"):
            return Part(folder, number, indexed=suffix == "json")
    return None
