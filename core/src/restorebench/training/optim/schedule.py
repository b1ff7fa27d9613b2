"""The learning rate as a function of the step: no state to save."""

from __future__ import annotations

import math

from restorebench.training.recipe import Schedule

HALF = 0.5
"""What a milestone multiplies by: IR-SDE's code halves, whatever its option `lr_gamma` is."""


def learning_rate(schedule: Schedule, lr: float, step: int, steps: int) -> float:
    """The rate with which update number `step` (from 0) of `steps` is made.

    ``"cosine"``: min + (lr − min)(1 + cos π step/steps)/2 (Loshchilov and Hutter, ICLR 2017,
    eq. 5, without restarts), the closed form of what Refusion's code calls true cosine annealing.
    """
    rising = min(1.0, (step + 1) / schedule.warmup) if schedule.warmup else 1.0
    return rising * _falling(schedule, lr, step, steps)


def _falling(schedule: Schedule, lr: float, step: int, steps: int) -> float:
    if schedule.name == "cosine":
        low = schedule.minimum
        return low + (lr - low) * (1 + math.cos(math.pi * step / steps)) / 2
    passed = sum(step >= milestone for milestone in schedule.milestones)
    return lr * HALF**passed
