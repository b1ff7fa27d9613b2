"""What the restorers that read a file of weights have in common."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from restorebench.checkpoints.file import sha256
from restorebench.checkpoints.published import open_weights
from restorebench.checkpoints.setup import Setup, read_setup
from restorebench.errors import CheckpointError, OptionError
from restorebench.restorers.enlarge import enlarged
from restorebench.restorers.model import Answer, Model
from restorebench.types import Restoration, Sample


class FromWeights:
    """Networks from `weights`, used as their setup says, as changed by `config` and `changes`.

    `weights` is a checkpoint of ours or an authors' ``.pth`` file. A `config` may change how the
    networks are used; what they are is checked against the weights. Raises `OptionError` or
    `CheckpointError` for files and options that do not fit.
    """

    kind = "from-weights"

    def __init__(
        self, weights: str, config: str, changes: Mapping[str, Any], precision: str
    ) -> None:
        if not weights:
            msg = f"the restorer {self.kind!r} needs a file of weights: weights=FILE"
            raise OptionError(msg)
        found = open_weights(weights)
        setup = found.setup.changed(read_setup(config)) if config else found.setup
        self.setup: Setup = setup.changed(changes)
        self._digest = sha256(weights)
        backbone, compressor = replace(found, setup=self.setup).networks(weights)
        if backbone is None:
            msg = f"{weights} holds a compressor alone; a restorer needs the network on its latents"
            raise CheckpointError(msg)
        self.model = Model(self.setup, backbone, compressor)
        self._precision, self._device = precision, ""
        self.to("cpu")

    def to(self, device: str) -> None:
        """Move the networks to a torch device, unless they are there."""
        if device != self._device:
            self.model.to(device, self._precision)
            self._device = device

    def fingerprint(self, sample: Sample) -> str:
        """A hash of the weights' bytes and of the whole setup."""
        text = json.dumps([self._digest, self.setup.to_dict(), self._precision], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:32]

    def question(self, sample: Sample) -> tuple[Tensor, Tensor | None]:
        """The sample as a batch of one on the networks' device: (1, V, 3, H, W) and (1, K)."""
        condition = self.model.condition(sample)
        image = enlarged(sample.degraded, self.model.enlargement(sample), self.setup.enlarge)
        batch = torch.from_numpy(np.ascontiguousarray(image))[None].to(self._device)
        return batch, None if condition is None else condition.to(self._device)

    def restoration(self, answers: Sequence[Answer]) -> Restoration:
        """The mean of answers to a batch of one, with what they cost together."""
        mean = torch.stack([answer.pictures[0].float() for answer in answers]).mean(0)
        nfe, macs = sum(a.nfe for a in answers), sum(map(self.model.macs, answers))
        return Restoration(mean.cpu().numpy(), nfe, self.model.parameters, macs)
