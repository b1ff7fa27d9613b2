"""What the tests of several packages share: one thread, published numbers and every path.

The numbers are read from tests/vectors/engine; its README says where they come from.
"""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
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
    from typer.testing import Result

    from restorebench.paths.path import Path as GaussianPath

Tensors: TypeAlias = "Callable[[str], dict[str, Tensor]]"
Call: TypeAlias = Callable[..., subprocess.CompletedProcess[str]]
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
def invoke() -> Iterator[Callable[..., Result]]:
    """Run a command in this process; the result has `exit_code`, `stdout` and `stderr`.

    An exception that the command line does not turn into words is raised.
    """
    from typer.main import get_command
    from typer.testing import CliRunner

    from restorebench.cli.app import app

    def run(*words: object) -> Result:
        result = CliRunner().invoke(app, list(map(str, words)))
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    with pytest.MonkeyPatch.context() as patch:  # typer makes all commands anew for each call
        patch.setattr("typer.testing._get_command", cache(get_command), raising=False)
        yield run


@pytest.fixture(scope="session")
def warm_start() -> Iterator[ModuleType]:
    """The module that runs commands in processes which need not import anything heavy."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(HERE))
        yield importlib.import_module("warm_start")


@pytest.fixture(scope="session")
def write_dist_info() -> Iterator[Callable[..., Path]]:
    """Write the metadata of an installed plugin: `dist_info.write_dist_info`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(HERE))
        yield importlib.import_module("dist_info").write_dist_info


@pytest.fixture(scope="session")
def installed_project(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], Call]:
    """Build a project's wheel, and run Python modules in its folder with that beside restorebench.

    pip puts the wheel, and nothing else, into a new place; no checkout of the project is imported.
    """

    def install(folder: Path) -> Call:
        site, wheels = tmp_path_factory.mktemp("site"), tmp_path_factory.mktemp("wheels")
        pip = [sys.executable, "-m", "pip"]
        subprocess.run([*pip, "wheel", "-q", "--no-deps", "-w", wheels, folder], check=True)
        subprocess.run(
            [*pip, "install", "-q", "--no-deps", "--target", site, *wheels.glob("*.whl")],
            check=True,
        )
        inherited = filter(None, [os.environ.get("PYTHONPATH")])
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(site), *inherited])}

        def call(*arguments: str) -> subprocess.CompletedProcess[str]:
            command = [sys.executable, "-m", *arguments]
            return subprocess.run(
                command, cwd=folder, env=environment, capture_output=True, text=True
            )

        return call

    return install


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
