"""A run of training: from a recipe and an empty or half-filled folder to finished weights."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from functools import cached_property
from typing import NamedTuple

import torch

from restorebench.checkpoints.file import Checkpoint, load, save
from restorebench.data.dataset import Dataset
from restorebench.harness.provenance import hardware
from restorebench.plugins import Suite, suite
from restorebench.training.batches import Batches
from restorebench.training.networks import compressor_digest, make_networks, resolved
from restorebench.training.pictures import Pictures, prepare
from restorebench.training.recipe import Recipe
from restorebench.training.run_folder import RunFolder
from restorebench.training.table import Table
from restorebench.training.updates import Update, Updates
from restorebench.training.validation import Outcome, validate, write_sheet
from restorebench.training.world import World
from restorebench.types import JSON, Sample


class News(NamedTuple):
    """What a run tells: a step and its update; the last validation, or None before the first."""

    step: int
    update: Update
    outcome: Outcome | None


Listener = Callable[[News], None]
Preparing = Callable[[int, int], None]


class Trainer:
    """Trains by `recipe` in `folder`; the same call goes on where a killed run was last saved.

    On a CPU the curve of a run that was interrupted is that of one that was not, bit for bit, if
    the number of threads is the same. `name` is the recipe's, for people. Raises the project's
    errors for a recipe that cannot be trained, and `TrainingError` where the folder holds another
    run or the loss is not a number.
    """

    def __init__(
        self,
        recipe: Recipe,
        folder: RunFolder,
        device: str = "cpu",
        name: str = "",
        found: Suite | None = None,
        world: World | None = None,
    ) -> None:
        self.recipe, self.folder, self.device, self.name = resolved(recipe), folder, device, name
        self.suite, self.world = found or suite(), world or World()
        self.task = self.suite.datasets[recipe.data.name].task
        self.log = Table(folder.path / "log.csv", ("step", "loss", "lr", "gradient", "seconds"))
        self.scores = Table(folder.path / "validation.csv", ("step", "psnr", "identity"))

    def run(
        self, listener: Listener | None = None, preparing: Preparing | None = None
    ) -> Checkpoint:
        """Train to the end, and write ``final.safetensors``, with the averaged weights."""
        self.networks = make_networks(self.recipe).to(self.device)
        if not self.world.leads:
            self.world.wait()
            return self._train(self._pictures(None), listener)
        described = {
            "recipe": self.recipe.model_dump(mode="json"),
            "compressor_sha256": compressor_digest(self.recipe),
        }
        with self.folder.claimed(described):
            if self.folder.final.exists():
                return load(self.folder.final)
            pictures = self._pictures(preparing)
            self.world.wait()
            try:
                return self._train(pictures, listener)
            finally:
                self.log.close()
                self.scores.close()

    def _pictures(self, preparing: Preparing | None) -> Pictures:
        backbone, data = self.networks.backbone, self.recipe.data
        enlarges_itself = backbone is not None and backbone.inputs.upscale > 1
        method = None if enlarges_itself else data.enlarge
        return prepare(self._dataset(data.train), self.folder.cache, method, preparing)

    def _dataset(self, split: str) -> Dataset:
        made: Dataset = self.suite.datasets.load(self.recipe.data.name)(split)
        return made

    @cached_property
    def _val_samples(self) -> list[Sample]:
        dataset = self._dataset(self.recipe.data.val)
        return [dataset[name] for name in dataset.ids[: self.recipe.watch.val_samples]]

    def _train(self, pictures: Pictures, listener: Listener | None) -> Checkpoint:
        batches = Batches(pictures, self.recipe, self.device)
        self.updates = Updates(self.recipe, self.networks, batches, self.world)
        self._pixels, self._spent, start = pictures, 0.0, 0
        if (state := self.folder.load()) is not None:
            self.updates.restore(state["updates"])
            start, self._spent = state["step"], state["seconds"]
        if self.world.leads:
            self.log.open(start)
            self.scores.open(start)
        outcome = self._loop(start, listener)
        checkpoint = self._checkpoint(outcome)
        if self.world.leads:
            save(self.folder.final, checkpoint)
            self.folder.tidy()
        return checkpoint

    def _loop(self, start: int, listener: Listener | None) -> Outcome | None:
        """All updates that are left; the outcome at their end."""
        watch, outcome, saved = self.recipe.watch, None, time.monotonic()
        for step in range(start, self.recipe.steps):
            began = time.monotonic()
            update = self.updates.update(step)
            done, now = step + 1, time.monotonic()
            self._spent += now - began
            self.log.add(done, *update, round(self._spent, 3))
            if done % watch.validate_every == 0 and done < self.recipe.steps:
                outcome = self._validated(done)
            if now - saved >= 60 * watch.checkpoint_minutes or done == self.recipe.steps:
                self._save(done)
                saved = time.monotonic()
            if listener is not None:
                listener(News(done, update, outcome))
        return self._validated(self.recipe.steps)

    def _save(self, done: int) -> None:
        if self.world.leads:
            self.log.flush()  # first: a state is never ahead of its curves
            self.scores.flush()
            state = {"step": done, "seconds": self._spent, "updates": self.updates.state()}
            self.folder.save(state)

    def _validated(self, done: int) -> Outcome | None:
        if not self.world.leads:
            return None
        watch, current = self.recipe.watch, self._checkpoint(None)
        outcome = validate(current, self._val_samples, self.task, self.device, watch.pictures)
        self.scores.add(done, outcome.psnr, outcome.identity)
        write_sheet(self.folder.pictures / f"{done:07d}.png", outcome)
        return outcome

    def _checkpoint(self, outcome: Outcome | None) -> Checkpoint:
        """The averaged weights, copied, with what they come from."""
        weights = {k: v.detach().cpu().clone() for k, v in self.updates.averaged().items()}
        setup = self.recipe.setup(self._pixels.scale)
        origin = self._origin(outcome)
        if self.recipe.compresses:
            return Checkpoint(setup, compressor=weights, origin=origin)
        compressor = self.networks.compressor
        frozen = {} if compressor is None else compressor.state_dict()
        return Checkpoint(setup, weights, {k: v.cpu() for k, v in frozen.items()}, origin)

    def _origin(self, outcome: Outcome | None) -> dict[str, JSON]:
        facts = hardware(self.device)
        scores = {} if outcome is None else _scores(outcome)
        return {
            "recipe": self.name,
            "values": json.dumps(self.recipe.model_dump(mode="json"), ensure_ascii=False),
            "steps": self.recipe.steps,
            "seed": self.recipe.seed,
            "data": self.recipe.data.name,
            "data_hash": self._pixels.content_hash,
            "compressor_sha256": compressor_digest(self.recipe),
            "seconds": round(self._spent, 1),
            "processor": facts.get("device_name") or facts["processor"],
            "threads": torch.get_num_threads(),
            "torch": torch.__version__,
            **scores,
        }


def _scores(outcome: Outcome) -> dict[str, JSON]:
    return {"val_psnr": round(outcome.psnr, 4), "val_identity": round(outcome.identity, 4)}
