"""The moving average of the weights, by the update rule of the reference's trainer."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from restorebench.training.recipe import Averaging


class Ema:
    """Averages a network's weights: avg ← d·avg + (1 − d)·weights after every `every`-th step.

    d = min(1 − (1 + s − update_after_step)^−warmup_power, decay) at step s (from 0), and 0 up to
    `update_after_step`: the average is then a copy. Between its updates it stands still. The rule
    is that of ema-pytorch's defaults, which IR-SDE and Refusion train with; unlike theirs, ours is
    saved, restored and validated.
    """

    def __init__(self, network: nn.Module, rule: Averaging) -> None:
        self.rule = rule
        self.average = {key: value.clone() for key, value in network.state_dict().items()}

    def decay(self, step: int) -> float:
        """d after the update number `step`."""
        passed = step - self.rule.update_after_step
        if passed <= 0:
            return 0.0
        return float(min(1 - (1 + passed) ** -self.rule.warmup_power, self.rule.decay))

    @torch.no_grad()
    def update(self, network: nn.Module, step: int) -> None:
        """Take in the weights that update number `step` has made."""
        if step % self.rule.every:
            return
        d = self.decay(step)
        for key, value in network.state_dict().items():
            mine = self.average[key]
            if d and mine.is_floating_point():
                mine.lerp_(value, 1 - d)
            else:
                mine.copy_(value)

    def load(self, average: Mapping[str, Tensor]) -> None:
        """Go on from a saved average."""
        for key, value in self.average.items():
            value.copy_(average[key])
