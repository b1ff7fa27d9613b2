"""A run of training: from a recipe and an empty or half-filled folder to finished weights."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from restorebench.checkpoints.file import Checkpoint, load, save
from restorebench.checkpoints.trained_on import TrainedOn
from restorebench.plugins import Suite
from restorebench.restorers.initial import InitialRestorer
from restorebench.training.checkpoint import checkpoint_of, origin_of
from restorebench.training.compiled import check_compiler, compile_network
from restorebench.training.data.batches import Batches
from restorebench.training.data.cache import SplitCache, prepare
from restorebench.training.data.split import training_split, validation_split
from restorebench.training.distributed import ProcessGroup
from restorebench.training.logs.tensorboard import writer_class
from restorebench.training.networks import (
    Networks,
    beginning_digest,
    compressor_digest,
    inherited,
    make_networks,
    resolved,
)
from restorebench.training.recipe import Recipe
from restorebench.training.run_folder import RunFolder
from restorebench.training.session import Session, StepCallback
from restorebench.training.updates import Updates

ImageCallback = Callable[[int, int], None]
"""Called with the number of images made so far, and of all."""


class Trainer:
    """Trains `recipe` in `folder`; the same call resumes a killed run where it was last saved.

    On a CPU the curve of a run that was interrupted is that of one that was not, bit for bit, if
    the number of threads is the same. `name` is the recipe's, for people; with `events` the curves
    are written for TensorBoard too, with `compiled` the network goes through `torch.compile`:
    neither makes it another run. `extend`: the folder may hold the same run of fewer steps, which
    goes on from where it ended. Raises the project's errors for a recipe that cannot be trained,
    and `TrainingError` where the folder holds another run or the loss is not a number.
    """

    def __init__(
        self,
        recipe: Recipe,
        folder: RunFolder,
        suite: Suite,
        device: str = "cpu",
        name: str = "",
        group: ProcessGroup | None = None,
        *,
        events: bool = False,
        compiled: bool = False,
        extend: bool = False,
    ) -> None:
        self.extend = extend
        self.recipe, self.folder, self.device, self.name = resolved(recipe), folder, device, name
        self.suite, self.group = suite, group or ProcessGroup()
        self.task = self.suite.datasets[recipe.data.name].task
        self.events, self.compiled = events, compiled
        if events:
            writer_class()
        if compiled:
            check_compiler(device)

    def run(
        self, callback: StepCallback | None = None, on_image: ImageCallback | None = None
    ) -> Checkpoint:
        """Train to the end, and write ``final.safetensors``, with the averaged weights."""
        networks = make_networks(self.suite, self.recipe).to(self.device)
        if self.compiled:
            compile_network(networks.trained)
        if not self.group.is_main:
            return self._follow(networks, callback)
        described = {
            "recipe": self.recipe.model_dump(mode="json"),
            "compressor_sha256": compressor_digest(self.recipe),
            "begin_sha256": beginning_digest(self.suite, self.recipe),
        }
        with self.folder.claimed(described, extend=self.extend):
            if (made := self._finished()) is None:
                self._images(networks, on_image)
            self.group.barrier()
            if made is None:
                made = self._train(networks, callback)
                save(self.folder.final, made, self.suite)
            self.group.barrier()  # until every process has read the images
            self.folder.tidy()
            return made

    def _follow(self, networks: Networks, callback: StepCallback | None) -> Checkpoint:
        """Train along in a process that is not the main one."""
        self.group.barrier()
        made = self._finished() or self._train(networks, callback)
        self.group.barrier()
        return made

    def _finished(self) -> Checkpoint | None:
        made = load(self.folder.final) if self.folder.final.exists() else None
        return made if made and made.origin.get("steps") == self.recipe.steps else None

    def _images(self, networks: Networks, on_image: ImageCallback | None = None) -> SplitCache:
        backbone, data = networks.backbone, self.recipe.data
        enlarges_itself = backbone is not None and backbone.inputs.upscale > 1
        method = None if enlarges_itself else data.enlarge
        dataset = training_split(self.suite, data)
        initial = InitialRestorer(self.suite, data.initial, self.task)
        given = (self.folder.cache, method, on_image, data.guides, initial)
        return prepare(self.suite, dataset, *given)

    def _train(self, networks: Networks, callback: StepCallback | None) -> Checkpoint:
        images, data = self._images(networks), self.recipe.data
        val = validation_split(self.suite, data)
        batches = Batches(images, self.recipe, self.device)
        updates = Updates(self.suite, self.recipe, networks, batches, self.group)

        def checkpoint() -> Checkpoint:
            return checkpoint_of(self.recipe, networks, updates.averaged(), images.scale)

        session = Session(updates, self.folder, val, self.task, checkpoint, self.events)
        validation = session.run(callback)
        own = TrainedOn.on(images.content_hash, images.target_hashes[: data.max_samples])
        seen = own | inherited(self.suite, self.recipe)
        run = (self.name, self.device, images, seen, session.seconds)
        origin = origin_of(self.recipe, *run, validation)
        if (begun := beginning_digest(self.suite, self.recipe)) is not None:
            origin["begin_sha256"] = begun
        return replace(checkpoint(), origin=origin)
