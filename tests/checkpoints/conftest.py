"""Authors' files, made of the published state dicts in tests/vectors/engine (see its README)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from restorebench.backbones.nafnet import SIZES
from restorebench.checkpoints.parts import backbone
from restorebench.checkpoints.setup import Choice
from restorebench.plugins import suite


@pytest.fixture
def released(published, tmp_path) -> Callable[..., Path]:
    """Write a published state dict as its authors do, with `change`s, `wrap`ped."""

    def write(name: str, wrap=lambda state: state, **change) -> Path:
        path = tmp_path / f"{name}.pth"
        torch.save(wrap({**published(name).state, **change}), path)
        return path

    return write


@pytest.fixture
def tiny():
    """A compact NAFNet with weights of its own, and the choice that names it."""
    torch.manual_seed(0)
    choice = Choice("nafnet", {"size": "compact", "width": 4})
    network = backbone(suite(), choice)
    for value in network.parameters():
        torch.nn.init.normal_(value, std=0.2)
    assert SIZES["compact"].width != 4
    return choice, network
