"""An exported file of weights, as a model card needs it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from restorebench.checkpoints.file import load, sha256
from restorebench.checkpoints.setup import Setup
from restorebench.training.model_card.facts import KEY, Facts
from restorebench.types import JSON


@dataclass(frozen=True)
class CardFile:
    """Name, hash and size (bytes) of an exported file, and its contents."""

    name: str
    digest: str
    size: int
    setup: Setup
    origin: Mapping[str, JSON]
    facts: Facts

    @classmethod
    def read(cls, path: Path) -> CardFile:
        """From the file; `CheckpointError` where it is not a checkpoint, or was not exported."""
        found = load(path)
        facts = Facts.of(found, str(path))
        return cls(path.name, sha256(path), path.stat().st_size, found.setup, found.origin, facts)

    @property
    def values(self) -> dict[str, Any]:
        """Those of the recipe."""
        made: dict[str, Any] = json.loads(str(self.origin["values"]))
        return made

    @property
    def is_sampled(self) -> bool:
        """Whether it is a diffusion rather than a network called once."""
        return self.setup.path is not None

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain data."""
        origin = {key: value for key, value in self.origin.items() if key != KEY}
        return {
            "file": self.name,
            "sha256": self.digest,
            "bytes": self.size,
            "setup": self.setup.to_dict(),
            **origin,
            "values": self.values,
            **asdict(self.facts),
        }
