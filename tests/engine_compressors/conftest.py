"""Published outputs, read from tests/data/engine (see its README for where they come from)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

DATA = Path(__file__).parents[1] / "data" / "engine"


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
def arrays() -> Callable[[str], dict[str, Tensor]]:
    def load(name: str) -> dict[str, Tensor]:
        with np.load(DATA / f"{name}.npz") as file:
            return {key: torch.from_numpy(file[key]) for key in file.files}

    return load


@pytest.fixture(scope="session")
def published(arrays) -> Callable[[str], Published]:
    def load(name: str) -> Published:
        everything = arrays(name)
        return Published(
            *(
                {k.removeprefix(p): v for k, v in everything.items() if k.startswith(p)}
                for p in ("sd:", "in:", "out:")
            )
        )

    return load
