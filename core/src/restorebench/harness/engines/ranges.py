"""What a driver asks of a worker, and what comes back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from restorebench.harness.plan import Cell
from restorebench.harness.run import Hashes, Outcome, Settings, Unit
from restorebench.specs import DatasetSpec
from restorebench.types import Record


@dataclass(frozen=True)
class RunSpec:
    """What all ranges of a run have in common.

    `folder` is the store's, `name` that of the run below it; `token` is written there, so that a
    worker knows whether it sees the same folder. `datasets` are those of the user's command, and
    `versions` the driver's distributions.
    """

    name: str
    folder: str
    token: str
    settings: Settings
    datasets: tuple[DatasetSpec, ...]
    versions: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Range:
    """A few restorations of one cell; `known` are the stored records that belong to them."""

    run: RunSpec
    cell: Cell
    units: tuple[Unit, ...]
    hashes: Hashes
    known: tuple[Record, ...] = ()


@dataclass(frozen=True)
class RangeResult:
    """Outcomes in the order of the range; what ended it early, if anything did, is `error`.

    `facts` is the provenance of the worker; `images` are the files of images, by their paths below
    the folder of images, where that is not shared.
    """

    outcomes: tuple[Outcome, ...]
    error: Exception | None
    facts: Mapping[str, Mapping[str, Any]]
    seconds: float
    images: Mapping[str, bytes] = field(default_factory=dict)
