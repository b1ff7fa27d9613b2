"""The results of a study so far: each trial's folder, the origin of its weights, its records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from restorebench.ablation.study import Study
from restorebench.ablation.trials import Trial
from restorebench.types import JSON, Record


@dataclass(frozen=True)
class TrialResult:
    """A trial that was run: `folder` of its training, the `origin` of its weights, its `records`.

    `error` says why it has no scores, or that samples failed.
    """

    trial: Trial
    folder: Path
    origin: Mapping[str, JSON] = field(default_factory=dict)
    records: tuple[Record, ...] = ()
    error: str = ""


@dataclass(frozen=True)
class StudyResult:
    """The results of a study's trials, in its order; `planned` is how many there will be.

    `reference` are the records of the task's reference restorer on the same samples.
    """

    name: str
    study: Study
    entries: tuple[TrialResult, ...]
    planned: int
    reference: tuple[Record, ...]

    @property
    def failed(self) -> tuple[TrialResult, ...]:
        """The entries with an error."""
        return tuple(entry for entry in self.entries if entry.error)
