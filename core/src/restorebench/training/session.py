"""The training loop: updates, logs, saved states and validations."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import NamedTuple

from restorebench.checkpoints.file import Checkpoint
from restorebench.data.dataset import Dataset
from restorebench.data.hashing import dataset_hash
from restorebench.errors import ChangedDataError
from restorebench.training.logs.logger import RunLogger
from restorebench.training.run_folder import RunFolder
from restorebench.training.updates import Update, Updates
from restorebench.training.validation import Validation, validate
from restorebench.types import Sample


class Progress(NamedTuple):
    """Passed to a callback after each step; `validation` is the last one, None before the first."""

    step: int
    update: Update
    validation: Validation | None


StepCallback = Callable[[Progress], None]


class Session:
    """One process's work on a run, from the last state in `folder` to the recipe's last step.

    `checkpoint` gives the weights to validate, on samples of `val`; only the main process
    writes and validates; `events`: for TensorBoard too. `seconds` is the time that all updates of
    the run took. Raises `ChangedDataError` where a run is taken up on other images.
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
        self.is_main, self.device = updates.group.is_main, updates.batches.device
        self.curves = RunLogger(folder, events)
        self.step, self.seconds = 0, 0.0
        self._validation: Validation | None = None

    def run(self, callback: StepCallback | None = None) -> Validation | None:
        """Make the remaining updates, then validate (None unless this process is main)."""
        if (state := self.folder.load()) is not None:
            self._check_data(state.get("data"))
            self.updates.restore(state["updates"])
            self.step, self.seconds = state["step"], state["seconds"]
        if self.is_main:
            self.curves.open(self.step, last=self.step == self.recipe.steps)
        try:
            self._loop(callback)
            return self._validated()
        finally:
            self.curves.close()

    def _loop(self, callback: StepCallback | None) -> None:
        monitor, saved = self.recipe.monitor, time.monotonic()
        while self.step < self.recipe.steps:
            update = self._updated()
            last = self.step == self.recipe.steps
            if self.step % monitor.validate_every == 0 and not last:
                self._validation = self._validated()
            if last or time.monotonic() - saved >= 60 * monitor.checkpoint_minutes:
                self._save()
                saved = time.monotonic()
            if callback is not None:
                callback(Progress(self.step, update, self._validation))

    def _updated(self) -> Update:
        began = time.monotonic()
        update = self.updates.update(self.step)
        self.step += 1
        self.seconds += time.monotonic() - began
        self.curves.update(self.step, update, self.seconds)
        return update

    def _save(self) -> None:
        if self.is_main:
            self.curves.flush()  # first: a state is never ahead of its curves
            state = {"step": self.step, "seconds": self.seconds, "updates": self.updates.state()}
            self.folder.save({**state, "data": self._data_hashes})

    @cached_property
    def _data_hashes(self) -> dict[str, str]:
        """What the run is trained and validated on."""
        shown = ((s.id, self.val.identity(s.id)) for s in self._samples)
        val = dataset_hash((name, hashes.input, hashes.target) for name, hashes in shown)
        return {"train": self.updates.batches.split.content_hash, "val": val}

    def _check_data(self, before: Mapping[str, str] | None) -> None:
        if self.is_main and before != self._data_hashes:
            msg = (
                f"{self.folder.path} was begun on other images: {before} then, "
                f"{self._data_hashes} now; start again in another folder"
            )
            raise ChangedDataError(msg)

    @cached_property
    def _samples(self) -> list[Sample]:
        return [self.val[name] for name in self.val.ids[: self.recipe.monitor.val_samples]]

    def _validated(self) -> Validation | None:
        if not self.is_main:
            return None
        images = self.recipe.monitor.images
        suite, made = self.updates.suite, self.checkpoint()
        validation = validate(suite, made, self._samples, self.task, self.device, images)
        self.curves.validation(self.step, validation)
        return validation
