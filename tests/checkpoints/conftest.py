"""Authors' files, made of the published state dicts in tests/vectors/engine (see its README)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from restorebench.backbones.nafnet import SIZES
from restorebench.checkpoints.parts import backbone
from restorebench.checkpoints.setup import Choice

DATA = Path(__file__).parents[1] / "vectors" / "engine"


@dataclass(frozen=True)
class Published:
    """A state dict, the inputs, and what the authors' code made of them."""

    state: dict[str, Tensor]
    given: dict[str, Tensor]
    out: dict[str, Tensor]


@pytest.fixture(autouse=True)
def one_thread():
    """Tiny networks; and a test must not depend on the number of cores."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="session")
def published() -> Callable[[str], Published]:
    def load(name: str) -> Published:
        with np.load(DATA / f"{name}.npz") as file:
            everything = {key: torch.from_numpy(file[key]) for key in file.files}
        parts = (
            {k.removeprefix(p): v for k, v in everything.items() if k.startswith(p)}
            for p in ("sd:", "in:", "out:")
        )
        return Published(*parts)

    return load


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
    network = backbone(choice)
    for value in network.parameters():
        torch.nn.init.normal_(value, std=0.2)
    assert SIZES["compact"].width != 4
    return choice, network
