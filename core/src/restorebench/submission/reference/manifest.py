"""``reference.json``: which split a folder of targets is, so that scores equal the data set's."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from restorebench.errors import StoreError

NAME = "reference.json"
SCHEMA = 1


@dataclass(frozen=True)
class Entry:
    """One sample: its id and the hashes of input, target and mask (``""`` without one).

    `mask_file` is that of the mask's 8-bit levels, as they lie in the folder.
    """

    id: str
    input: str
    target: str
    mask: str = ""
    mask_file: str = ""


@dataclass(frozen=True)
class Manifest:
    """A split of a data set, its views, and the protocol by name and hash."""

    task: str
    dataset: str
    split: str
    views: int
    protocol: str
    protocol_hash: str
    dataset_hash: str
    samples: tuple[Entry, ...]

    def text(self) -> str:
        """As JSON."""
        return json.dumps({"schema": SCHEMA, **asdict(self)}, indent=1) + "\n"


def read_manifest(folder: Path) -> Manifest | None:
    """The folder's manifest, None without one; raises `StoreError` where it is malformed."""
    path = folder / NAME
    if not path.exists():
        return None
    try:
        facts = json.loads(path.read_text(encoding="utf-8"))
        return _manifest(facts)
    except (ValueError, KeyError, TypeError) as error:
        msg = f"{path} is not what 'restorebench bundle' writes ({error}); make the bundle again"
        raise StoreError(msg) from error


def _manifest(facts: Mapping[str, Any]) -> Manifest:
    if facts["schema"] != SCHEMA:
        msg = f"schema {facts['schema']!r}, expected {SCHEMA}"
        raise ValueError(msg)
    samples = tuple(Entry(**entry) for entry in facts["samples"])
    return Manifest(**{k: v for k, v in facts.items() if k != "schema"} | {"samples": samples})
