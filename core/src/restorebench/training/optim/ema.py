"""The moving average of the weights: timm's, by the rule of the reference's trainer."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from torch import nn

from restorebench.torchvision_guard import ensure_torchvision
from restorebench.training.recipe import Averaging


def make_ema(network: nn.Module, rule: Averaging) -> Any:
    """A `timm.utils.ModelEmaV3` of `network`: avg ← d·avg + (1 − d)·weights at each update.

    ``update(network, step=s + 1)`` after step s (from 0) has
    d = min(1 − (1 + s − update_after_step)^−warmup_power, decay), and 0, which is a copy, up to
    `update_after_step`: the defaults of ema-pytorch, with which IR-SDE and Refusion were trained.
    ``module`` holds the average.
    """
    ensure_torchvision()  # else timm cannot be imported beside a CPU build of torch
    return import_module("timm.utils").ModelEmaV3(
        network,
        decay=rule.decay,
        update_after_step=rule.update_after_step,
        use_warmup=True,
        warmup_power=rule.warmup_power,
    )
