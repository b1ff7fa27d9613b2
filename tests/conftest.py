"""What the tests of several packages share: one thread, published numbers and every path.

The numbers are read from tests/vectors/engine; its README says where they come from.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import pytest
from numpy.typing import NDArray

from restorebench.builtin_lazy import PATHS
from restorebench.registry import resolve

if TYPE_CHECKING:
    from torch import Tensor

    from restorebench.paths.path import Path as GaussianPath

Tensors: TypeAlias = "Callable[[str], dict[str, Tensor]]"
HERE = Path(__file__).parent
DATA = HERE / "vectors" / "engine"


@dataclass(frozen=True)
class Published:
    """A state dict, the inputs, and what the authors' code made of them."""

    state: dict[str, Tensor]
    given: dict[str, Tensor]
    out: dict[str, Tensor]


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> None:
    """Tiny tensors: threads would only cost; and a test must not depend on the number of cores."""
    import torch

    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def warm_start() -> Iterator[ModuleType]:
    """The module that runs commands in processes which need not import anything heavy."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(HERE))
        yield importlib.import_module("warm_start")


@pytest.fixture(params=[spec.name for spec in PATHS])
def path(request: pytest.FixtureRequest) -> GaussianPath:
    """Each registered path with its defaults."""
    spec = next(spec for spec in PATHS if spec.name == request.param)
    made: GaussianPath = resolve(spec.target, spec.name)()
    return made


@pytest.fixture(scope="session")
def vectors() -> Callable[[str], dict[str, NDArray[np.float32]]]:
    """The arrays of one file of published numbers."""
    return lambda name: dict(np.load(DATA / f"{name}.npz"))


@pytest.fixture(scope="session")
def arrays(vectors: Callable[[str], dict[str, NDArray[np.float32]]]) -> Tensors:
    """The same as tensors."""
    import torch

    return lambda name: {key: torch.from_numpy(value) for key, value in vectors(name).items()}


@pytest.fixture(scope="session")
def published(arrays: Tensors) -> Callable[[str], Published]:
    """A network's weights, inputs and outputs, by the name of its file."""

    def load(name: str) -> Published:
        everything = arrays(name)
        return Published(
            *(
                {k.removeprefix(p): v for k, v in everything.items() if k.startswith(p)}
                for p in ("sd:", "in:", "out:")
            )
        )

    return load
