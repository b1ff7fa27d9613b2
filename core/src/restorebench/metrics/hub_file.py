"""Files of weights below torch's hub folder, which their users would download unasked."""

from __future__ import annotations

import hashlib
import os
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from restorebench.errors import ChecksumError, MetricUnavailableError


@dataclass(frozen=True)
class HubFile:
    """A file that a package looks for in ``$TORCH_HOME/hub/FOLDER``, and where it comes from.

    `sha256` is its hash or the first digits of it, ``""`` where its publisher states none.
    """

    folder: str
    name: str
    url: str
    sha256: str = ""

    def path(self) -> Path:
        """Where it belongs."""
        return hub_folder() / self.folder / self.name

    def absence(self) -> str | None:
        """What to put where, or None where the file is there."""
        path = self.path()
        return None if path.is_file() else f"put {self.url} at {from_home(path)}"

    def status(self) -> tuple[Literal["here", "missing", "damaged"], str]:
        """Whether it can be used, and its path, or what to do about it."""
        if (absence := self.absence()) is not None:
            return "missing", absence
        try:
            return "here", f"{self.path()}, SHA-256 {self.read_sha256()[:16]}…"
        except ChecksumError as error:
            return "damaged", str(error)

    def fetch(self) -> Path:
        """The checked file, which is downloaded if it is not here.

        Raises `MetricUnavailableError` where it cannot be, and `ChecksumError` where what is here
        is another file.
        """
        import torch

        path = self.path()
        if not path.is_file():
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                torch.hub.download_url_to_file(
                    self.url, str(path), self.sha256 or None, progress=False
                )
            except (OSError, RuntimeError) as error:  # no network, or another hash
                msg = f"{self.name} cannot be fetched: {self.url}: {error}"
                raise MetricUnavailableError(msg) from error
        self.read_sha256()
        return path

    def read_sha256(self) -> str:
        """The hash of the file as it is.

        Raises `MetricUnavailableError` where there is none, and `ChecksumError` where its content
        is not what its publisher states.
        """
        if (absence := self.absence()) is not None:
            raise MetricUnavailableError(absence)
        path = self.path()
        found = _remembered(path, path.stat().st_mtime_ns, path.stat().st_size)
        if not found.startswith(self.sha256):
            msg = (
                f"{from_home(path)} has the SHA-256 {found[:16]}…, but its publisher states "
                f"{self.sha256[:16]}…; delete it and fetch it again"
            )
            raise ChecksumError(msg)
        return found


def hub_folder() -> Path:
    """The folder that ``torch.hub.get_dir()`` names; torch is not imported for it."""
    hub = getattr(sys.modules.get("torch"), "hub", None)
    if hub is not None:  # a program may have called its set_dir
        return Path(hub.get_dir())
    cache = os.environ.get("XDG_CACHE_HOME", "~/.cache")
    home = os.environ.get("TORCH_HOME", os.path.join(cache, "torch"))
    return Path(home).expanduser() / "hub"


@cache
def _remembered(path: Path, modified: int, size: int) -> str:
    return file_sha256(path)


def file_sha256(path: Path) -> str:
    """The hash of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def from_home(path: Path) -> str:
    """The path as a reader of a published table may see it, without the name of an account."""
    home = Path.home()
    return f"~/{path.relative_to(home).as_posix()}" if path.is_relative_to(home) else str(path)
