"""The loop over updates: curves, states that a run goes on from, validations."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cached_property
from typing import NamedTuple

from restorebench.checkpoints.file import Checkpoint
from restorebench.data.dataset import Dataset
from restorebench.training.logs.logger import Curves
from restorebench.training.run_folder import RunFolder
from restorebench.training.updates import Update, Updates
from restorebench.training.validation import Outcome, validate
from restorebench.types import Sample


class News(NamedTuple):
    """What a run tells: a step and its update; the last validation, or None before the first."""

    step: int
    update: Update
    outcome: Outcome | None


Listener = Callable[[News], None]


class Session:
    """One process's work on a run, from the last state in `folder` to the recipe's last step.

    `checkpoint` gives the weights to validate, on samples of `val`; only the leading process
    writes and validates; `events`: for TensorBoard too. `seconds` is the time that all updates of
    the run took.
    """

    def __init__(
        self,
        updates: Updates,
        folder: RunFolder,
        val: Dataset,
        task: str,
        checkpoint: Callable[[], Checkpoint],
        events: bool = False,
    ) -> None:
        self.updates, self.folder, self.val, self.task = updates, folder, val, task
        self.checkpoint, self.recipe = checkpoint, updates.recipe
        self.leads, self.device = updates.world.leads, updates.batches.device
        self.curves = Curves(folder, events)
        self.step, self.seconds = 0, 0.0
        self._outcome: Outcome | None = None

    def run(self, listener: Listener | None = None) -> Outcome | None:
        """Make the updates that are left; the validation at their end (None if not leading)."""
        if (state := self.folder.load()) is not None:
            self.updates.restore(state["updates"])
            self.step, self.seconds = state["step"], state["seconds"]
        if self.leads:
            self.curves.open(self.step, last=self.step == self.recipe.steps)
        try:
            self._loop(listener)
            return self._validated()
        finally:
            self.curves.close()

    def _loop(self, listener: Listener | None) -> None:
        watch, saved = self.recipe.monitor, time.monotonic()
        while self.step < self.recipe.steps:
            update = self._updated()
            last = self.step == self.recipe.steps
            if self.step % watch.validate_every == 0 and not last:
                self._outcome = self._validated()
            if last or time.monotonic() - saved >= 60 * watch.checkpoint_minutes:
                self._save()
                saved = time.monotonic()
            if listener is not None:
                listener(News(self.step, update, self._outcome))

    def _updated(self) -> Update:
        began = time.monotonic()
        update = self.updates.update(self.step)
        self.step += 1
        self.seconds += time.monotonic() - began
        self.curves.update(self.step, update, self.seconds)
        return update

    def _save(self) -> None:
        if self.leads:
            self.curves.flush()  # first: a state is never ahead of its curves
            state = {"step": self.step, "seconds": self.seconds, "updates": self.updates.state()}
            self.folder.save(state)

    @cached_property
    def _samples(self) -> list[Sample]:
        return [self.val[name] for name in self.val.ids[: self.recipe.monitor.val_samples]]

    def _validated(self) -> Outcome | None:
        if not self.leads:
            return None
        images = self.recipe.monitor.images
        suite, made = self.updates.suite, self.checkpoint()
        outcome = validate(suite, made, self._samples, self.task, self.device, images)
        self.curves.outcome(self.step, outcome)
        return outcome
