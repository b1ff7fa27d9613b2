"""What a restorer is, and its source of randomness."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np

from restorebench.checkpoints.trained_on import TrainedOn
from restorebench.data.seeding import key_of, rng_of
from restorebench.restorers.plan.plan import Plan
from restorebench.types import Restoration, Sample


@dataclass(frozen=True)
class Context:
    """The settings of one restoration: `device` is a torch device name, such as ``"cpu"``.

    `seed` is that of the run, `draw` counts the restorations of one sample from 0.
    `plan` says whether the image is worked on whole or in pieces, to those restorers that can
    (`plan.planned.Planned`); None is what the restorer's own options say.
    """

    task: str
    seed: int = 0
    draw: int = 0
    device: str = "cpu"
    plan: Plan | None = None

    def key(self, sample: Sample) -> int:
        """A 128-bit key, a function of (seed, task, sample, draw) and nothing else."""
        return key_of(self._name(sample))

    def rng(self, sample: Sample) -> np.random.Generator:
        """Counter-based randomness of this restoration: the same in any order and on any worker."""
        return rng_of(self._name(sample))

    def _name(self, sample: Sample) -> str:
        return json.dumps([self.seed, self.task, sample.id, self.draw])


class Restorer(Protocol):
    """Anything that restores.

    `restore` gets the sample without its target and returns an image of
    ``sample.target_shape``; any exception is recorded by the harness.
    """

    def restore(self, sample: Sample, context: Context) -> Restoration:
        """Restore one sample."""


@runtime_checkable
class Fingerprinted(Protocol):
    """A restorer whose output depends on more than its options, such as on files.

    `fingerprint` is stored with the record; a stored image is used again only if it is the same.
    It is not given the sample, whose pixels the record identifies by their hashes: so a run that
    finds everything done makes no sample.
    """

    def fingerprint(self, sample_id: str, views: int) -> str:
        """A short text that changes when the output would; `views` are those of the target."""


@runtime_checkable
class Trained(Protocol):
    """A restorer that knows what its weights were trained on.

    Records say so, and a board marks the rows that are scored on what they were trained on.
    """

    @property
    def trained_on(self) -> TrainedOn:
        """The splits, and their targets."""
