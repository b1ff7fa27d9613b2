"""What the restorers that read a file of weights have in common."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from restorebench.allocator import large_blocks_given_back
from restorebench.backbones.cost import macs_of
from restorebench.checkpoints.file import Checkpoint, sha256
from restorebench.checkpoints.published import open_weights
from restorebench.checkpoints.setup import Setup, read_setup
from restorebench.checkpoints.trained_on import TrainedOn
from restorebench.errors import CheckpointError, OptionError
from restorebench.plugins import Suite
from restorebench.restorers.base import Context
from restorebench.restorers.initial import InitialRestorer
from restorebench.restorers.model import Model, Output
from restorebench.restorers.plan.model_costs import ModelCosts
from restorebench.restorers.plan.plan import WHOLE, Limits, Plan, Size
from restorebench.types import Restoration, Sample


@dataclass(frozen=True, eq=False)
class Weights:
    """What a file of weights holds, and the hash of its bytes."""

    path: str
    checkpoint: Checkpoint
    digest: str

    @classmethod
    def read(cls, path: str, suite: Suite) -> Weights:
        """Open a checkpoint of ours or an authors' ``.pth`` file."""
        return cls(path, open_weights(path, suite), sha256(Path(path).expanduser()))

    def setup(self, config: str) -> Setup:
        """The setup in the file, as changed by the file `config` if one is named."""
        own = self.checkpoint.setup
        return own.changed(read_setup(config)) if config else own


class NetworkInput(NamedTuple):
    """What `Model.restore` is given: (B, V, 3, H, W), (B, K) or None, (B, V, G, H, W) or None.

    `initial` is where the images come from, with what that took.
    """

    images: Tensor
    condition: Tensor | None
    guides: Tensor | None
    initial: Restoration


class FromWeights:
    """Networks from `weights`, used as their setup says, as changed by `config` and `changes`.

    `setup` is that, `model` are the networks, and `digest` is the hash of the file.

    The names in a setup (backbone, path, solver, guides, initial restorer) are those of `suite`.

    `weights` is a checkpoint of ours or an authors' ``.pth`` file. A `config` may change how the
    networks are used; what they are is checked against the weights. `own` says how large images
    are cut. Raises `OptionError` or `CheckpointError` for files and options that do not fit.
    """

    kind = "from-weights"
    beside = 0
    """Restored images that are in memory while one is made: the sum, of a mean of several."""

    def __init__(
        self,
        suite: Suite,
        weights: str | Weights,
        config: str,
        changes: Mapping[str, Any],
        precision: str,
        own: Limits | None = None,
    ) -> None:
        if not weights:
            msg = f"the restorer {self.kind!r} needs a file of weights: weights=FILE"
            raise OptionError(msg)
        found = weights if isinstance(weights, Weights) else Weights.read(weights, suite)
        self.setup = found.setup(config).changed(changes)
        self.initial = InitialRestorer(suite, self.setup.initial)
        self.digest = found.digest
        self._own = TrainedOn.of(found.checkpoint.origin)
        filled = replace(found.checkpoint, setup=self.setup)
        backbone, compressor = filled.networks(suite, found.path)
        if backbone is None:
            msg = f"{found.path} holds a compressor alone, not the network on its latents"
            raise CheckpointError(msg)
        self.model = Model(suite, self.setup, backbone, compressor)
        self.limits = own or Limits()
        self._costs: dict[Limits, ModelCosts] = {}
        self._precision, self._device = precision, ""
        self.to("cpu")
        # PyTorch imports its counter's parts on first use: now, so that no restoration is timed so
        macs_of(torch.nn.Conv2d(1, 1, 1), torch.empty(1, 1, 1, 1))

    def to(self, device: str) -> None:
        """Move the networks to a torch device, unless they are there."""
        if device != self._device:
            self.model.to(device, self._precision)
            self._device = device

    def costs(self, limits: Limits) -> ModelCosts:
        """The plans that there are within limits; those of its own options where they say none."""
        both = limits.within(self.limits)
        if both not in self._costs:
            self._costs[both] = ModelCosts(self.model, both, self.beside)
        return self._costs[both]

    @contextmanager
    def working(self, sample: Sample, context: Context) -> Iterator[Model]:
        """The networks on the context's device, as its plan or the own options say."""
        self.to(context.device)
        plan = context.plan or self._own_plan(sample)
        if plan.whole or self._device != "cpu":
            yield self.model.planned(plan)
            return
        with large_blocks_given_back():
            yield self.model.planned(plan)

    def _own_plan(self, sample: Sample) -> Plan:
        if not self.limits.tile:
            return WHOLE
        views, _, height, width = sample.degraded.shape
        return self.costs(self.limits).plans(Size(height, width, views, sample.scale))[0]

    @property
    def scale(self) -> int:
        """Target pixels per input pixel, by default."""
        return self.setup.scale or self.model.backbone.inputs.upscale

    @cached_property
    def trained_on(self) -> TrainedOn:
        """What the weights, and those of the initial restorer, were trained on."""
        return self._own | self.initial.trained_on

    def fingerprint(self, sample_id: str, views: int) -> str:
        """A hash of the weights' bytes and of the whole setup."""
        before = self.initial.fingerprint(sample_id, views)
        parts = [self.digest, self.setup.to_dict(), self._precision, *before]
        text = json.dumps(parts, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:32]

    def inputs(self, sample: Sample, context: Context) -> NetworkInput:
        """The sample as a batch of one on the networks' device."""
        condition = self.model.condition(sample)
        larger = self.model.enlargement(sample)  # first, for it checks whether the sample fits
        initial = self.initial(sample, larger, self.setup.enlarge, context)
        batch = torch.from_numpy(np.ascontiguousarray(initial.image))[None].to(self._device)
        guides = self._there(self.model.guides(sample))
        return NetworkInput(batch, self._there(condition), guides, initial)

    def _there(self, value: Tensor | None) -> Tensor | None:
        return None if value is None else value.to(self._device)

    def restoration(self, outputs: Iterable[Output], initial: Restoration) -> Restoration:
        """The mean of outputs for a batch of one, with all that they and `initial` took.

        One output is in memory at a time, beside their sum.
        """
        calls: list[tuple[int, int | None]] = []

        def images() -> Iterator[Tensor]:
            for output in outputs:
                calls.append((output.nfe, self.model.macs(output)))
                image = output.images[0].float()
                del output
                yield image
                del image

        mean = _mean(images())
        counted = [macs for _, macs in calls]
        macs = None if None in counted else sum(filter(None, counted), initial.macs or 0)
        nfe = sum((nfe for nfe, _ in calls), initial.nfe or 0)
        parameters = self.model.parameters + (initial.parameters or 0)
        return Restoration(mean.cpu().numpy(), nfe, parameters, macs)


def _mean(images: Iterator[Tensor]) -> Tensor:
    """Their mean; the first one is left as it is, and each is let go before the next is made."""
    total, count = next(images), 1
    while (image := next(images, None)) is not None:
        total = total + image if count == 1 else total.add_(image)
        count += 1
        del image
    return total if count == 1 else total.div_(count)
