"""The ImageNet networks under LPIPS: which files they are, where they go, and whether they fit."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from restorebench.errors import ChecksumError


@dataclass(frozen=True)
class Trunk:
    """A checkpoint of torchvision's, named ``NAME-PREFIX.pth`` after the SHA-256 of its content.

    `smallest` is the shortest side in pixels that the network takes.
    """

    file: str
    smallest: int

    @property
    def prefix(self) -> str:
        """The first hexadecimal digits of the content's SHA-256."""
        return Path(self.file).stem.rpartition("-")[2]

    def path(self) -> Path:
        """Where torch keeps it: ``$TORCH_HOME/hub/checkpoints``."""
        import torch

        return Path(torch.hub.get_dir()) / "checkpoints" / self.file

    def absence(self) -> str | None:
        """Why it cannot be used here, with what to do about it; None where the file is there."""
        path = self.path()
        if path.is_file():
            return None
        return (
            f"the network's weights are not here: put {self.file} (torchvision, "
            f"https://download.pytorch.org/models/{self.file}) into {_from_home(path.parent)}"
        )

    def sha256(self) -> str:
        """The checked hash of the file; raises `ChecksumError` where it contradicts the name."""
        found = _sha256(self.path())
        if not found.startswith(self.prefix):
            msg = (
                f"{self.path()} has the SHA-256 {found[:16]}…, but its name promises "
                f"{self.prefix}…; delete it and fetch it again"
            )
            raise ChecksumError(msg)
        return found


TRUNKS: Mapping[str, Trunk] = MappingProxyType(
    {
        "alex": Trunk("alexnet-owt-7be5be79.pth", smallest=31),
        "vgg": Trunk("vgg16-397923af.pth", smallest=16),
        "squeeze": Trunk("squeezenet1_1-b8a52dc0.pth", smallest=17),
    }
)
"""The trunks for which the `lpips` package has linear heads, by its names for them."""


def _from_home(path: Path) -> str:
    """The path as a reader of a published table may see it, without the name of an account."""
    home = Path.home()
    return f"~/{path.relative_to(home).as_posix()}" if path.is_relative_to(home) else str(path)


def _sha256(path: Path) -> str:
    stat = path.stat()
    return _sha256_of(path, stat.st_mtime_ns, stat.st_size)


@cache
def _sha256_of(path: Path, modified: int, size: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
