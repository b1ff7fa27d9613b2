"""The optimisers by name."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from typing import Any

import torch
from torch import Tensor

from restorebench.torchvision_guard import ensure_torchvision
from restorebench.training.recipe import Optimiser


def make_optimiser(recipe: Optimiser, parameters: Iterable[Tensor]) -> torch.optim.Optimizer:
    """Adam and AdamW (Loshchilov and Hutter, ICLR 2019) are PyTorch's, Lion is timm's.

    Lion: Chen et al., NeurIPS 2023, algorithm 2.
    """
    options: dict[str, Any] = {
        "lr": recipe.lr,
        "betas": recipe.betas,
        "weight_decay": recipe.weight_decay,
    }
    made: torch.optim.Optimizer = _class(recipe.name)(list(parameters), **options)
    return made


def _class(name: str) -> Any:
    if name == "lion":
        ensure_torchvision()  # else timm does not import beside a CPU build of torch
        return import_module("timm.optim").Lion
    return {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW}[name]
