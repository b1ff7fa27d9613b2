"""Updates of the weights: gradients, optimiser, moving average, and the state to resume from."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.utils import clip_grads_with_norm_, get_total_norm

from restorebench.errors import TrainingError
from restorebench.plugins import Suite
from restorebench.training.data.batches import Batches
from restorebench.training.distributed import ProcessGroup
from restorebench.training.networks import Networks
from restorebench.training.optim.ema import make_ema
from restorebench.training.optim.objectives import make_loss
from restorebench.training.optim.optimiser import make_optimiser
from restorebench.training.optim.schedule import learning_rate
from restorebench.training.recipe import Recipe


class Update(NamedTuple):
    """What is logged of one update; `gradient` is the norm before clipping."""

    loss: float
    lr: float
    gradient: float


class Updates:
    """Updates the networks of a recipe on `batches`."""

    def __init__(
        self,
        suite: Suite,
        recipe: Recipe,
        networks: Networks,
        batches: Batches,
        group: ProcessGroup | None = None,
    ) -> None:
        self.suite = suite
        self.recipe, self.batches, self.group = recipe, batches, group or ProcessGroup()
        self.network = networks.trained
        self.parameters = [p for p in self.network.parameters() if p.requires_grad]
        self.optimiser = make_optimiser(recipe.optimiser, self.parameters)
        self.ema = None if recipe.ema is None else make_ema(self.network, recipe.ema)
        self._loss = make_loss(suite, recipe, networks.backbone, networks.compressor)
        self._places = self.group.split(recipe.batch, recipe.accumulate)

    def update(self, step: int) -> Update:
        """Make update number `step`, from 0.

        Raises `TrainingError`, which names the step and the batch's samples, where the loss or
        its gradient is not a finite number; the weights are then those before the step.
        """
        recipe = self.recipe
        rate = learning_rate(recipe.schedule, recipe.optimiser.lr, step, recipe.steps)
        self.optimiser.zero_grad(set_to_none=True)
        loss = torch.stack([self._backward(step, places) for places in self._places]).sum()
        gradients = [p.grad for p in self.parameters if p.grad is not None]
        self.group.all_reduce_mean([*gradients, loss])
        norm = get_total_norm(gradients)
        self._check(step, float(loss), float(norm))
        if (clip := recipe.optimiser.clip) is not None:
            clip_grads_with_norm_(self.parameters, clip, norm)
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        self.optimiser.step()
        if self.ema and recipe.ema and step % recipe.ema.every == 0:
            self.ema.update(self.network, step=step + 1)
        return Update(float(loss), rate, float(norm))

    def averaged(self) -> Mapping[str, Tensor]:
        """The weights to use: the moving average if there is one."""
        used: nn.Module = self.network if self.ema is None else self.ema.module
        return used.state_dict()

    def state(self) -> dict[str, Any]:
        """Everything that the next update depends on, except its number."""
        return {
            "network": self.network.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "ema": None if self.ema is None else self.ema.module.state_dict(),
            "rng": torch.get_rng_state(),  # for networks that draw, such as by dropout
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Resume from a `state`."""
        self.network.load_state_dict(state["network"])
        self.optimiser.load_state_dict(state["optimiser"])
        if self.ema is not None:
            self.ema.module.load_state_dict(state["ema"])
        torch.set_rng_state(state["rng"])

    def _backward(self, step: int, places: list[int]) -> Tensor:
        """Add the gradient of a part of the batch; its share of the mean loss."""
        batch = self.batches(step, places)
        half = self.recipe.precision == "bfloat16"
        with torch.autocast(batch.mu.device.type, torch.bfloat16, enabled=half):
            share = self._loss(batch) / len(self._places)
        share.backward()  # type: ignore[no-untyped-call]  # undeclared
        return share.detach()

    def _check(self, step: int, loss: float, norm: float) -> None:
        if math.isfinite(loss) and math.isfinite(norm):
            return
        msg = (
            f"at step {step} the loss is {loss:g} and its gradient's norm {norm:g}, with the "
            f"samples {', '.join(self.batches.ids(step))}; the state saved last is kept. Look at "
            "these samples, or lower optimiser.lr, or set optimiser.clip, and train into a new "
            "--output"
        )
        raise TrainingError(msg)
