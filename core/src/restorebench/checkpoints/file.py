"""Our own files: safetensors, with the setup as JSON in the metadata."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save as save_tensors
from torch import Tensor

from restorebench.atomic import replacing
from restorebench.backbones.backbone import Backbone
from restorebench.checkpoints import parts
from restorebench.checkpoints.file_kind import not_safetensors
from restorebench.checkpoints.match_weights import check_fit, fit
from restorebench.checkpoints.setup import Choice, Setup
from restorebench.compressors.compressor import Compressor
from restorebench.errors import CheckpointError, OptionError
from restorebench.plugins import Suite
from restorebench.types import JSON

N = TypeVar("N", bound=torch.nn.Module)

FORMAT = 2
SUFFIX = ".safetensors"
_SUFFIXES = (SUFFIX, ".pth", ".pt", ".bin", ".ckpt")
"""Of files that may hold weights."""

_KEY = "restorebench"
_PARTS = ("backbone", "compressor")


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """A setup and the weights of its networks, under our names; `origin` is information."""

    setup: Setup
    backbone: Mapping[str, Tensor] = field(default_factory=lambda: MappingProxyType({}))
    compressor: Mapping[str, Tensor] = field(default_factory=lambda: MappingProxyType({}))
    origin: Mapping[str, JSON] = field(default_factory=lambda: MappingProxyType({}))

    @classmethod
    def of(
        cls,
        setup: Setup,
        backbone: Backbone | None = None,
        compressor: Compressor | None = None,
        origin: Mapping[str, JSON] | None = None,
    ) -> Checkpoint:
        """The present weights of networks, which are those that `setup` names."""
        first, second = ({} if n is None else n.state_dict() for n in (backbone, compressor))
        return cls(setup, first, second, origin or {})

    def networks(
        self, suite: Suite, where: str = "the checkpoint"
    ) -> tuple[Backbone | None, Compressor | None]:
        """The networks with their weights; `CheckpointError` where they do not fit the setup."""
        backbone = self._built(partial(parts.backbone, suite), "backbone", where)
        return backbone, self._built(partial(parts.compressor, suite), "compressor", where)

    def _built(self, make: Callable[[Choice], N], name: str, where: str) -> N | None:
        """A network with its weights; shapes are compared before memory is taken for it."""
        choice, state = getattr(self.setup, name), getattr(self, name)
        if choice is None:
            if state:
                msg = f"{where} has weights of a {name}, which its setup does not name"
                raise CheckpointError(msg)
            return None
        unfit = f"{where} does not fit the {name} that its setup names"
        with torch.device("meta"):
            check_fit(make(choice), state, unfit)
        network = make(choice)
        fit(network, state, unfit)
        return network


def save(path: str | Path, checkpoint: Checkpoint, suite: Suite) -> None:
    """Write a checkpoint; the file appears whole or not at all.

    Configurations are written out in full, so that the file stays readable when the sizes that
    `suite` names change. Raises `CheckpointError` for another suffix than ``.safetensors``.
    """
    path = Path(path)
    if path.suffix != SUFFIX:
        msg = f"cannot write {path}: a checkpoint's name ends in {SUFFIX}"
        raise CheckpointError(msg)
    described = {
        "format": FORMAT,
        "setup": _in_full(suite, checkpoint.setup).to_dict(),
        "origin": dict(checkpoint.origin),
    }
    tensors = {
        f"{name}.{key}": value.detach().cpu().contiguous()
        for name in _PARTS
        for key, value in getattr(checkpoint, name).items()
    }
    with replacing(path) as part:
        # save_file() would leave a file that only its owner can read
        part.write_bytes(save_tensors(tensors, {_KEY: json.dumps(described, ensure_ascii=False)}))


def load(path: str | Path) -> Checkpoint:
    """Read a checkpoint. Raises `CheckpointError`, which names the file, for any other file."""
    path = existing(path)
    if what := not_safetensors(path):
        msg = f"{path} {what}"
        raise CheckpointError(msg)
    try:
        with safe_open(path, framework="pt") as file:
            described = _described((file.metadata() or {}).get(_KEY), path)
            tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118  (no dict)
    except (SafetensorError, OSError) as error:
        msg = f"{path} is cut off or damaged ({error}); fetch or copy it again"
        raise CheckpointError(msg) from error
    try:
        setup = Setup.from_dict(described["setup"])
    except (OptionError, ValueError, TypeError, RecursionError) as error:
        msg = f"{path} was written with a setup that cannot be read: {error}"
        raise CheckpointError(msg) from error
    states = {name: _under(name, tensors) for name in _PARTS}
    return Checkpoint(setup, **states, origin=described.get("origin", {}))


def existing(path: str | Path) -> Path:
    """`path`, which is a file; `CheckpointError` otherwise."""
    path = Path(path).expanduser()
    if not path.is_file():
        what = _of_folder(path) if path.is_dir() else "the file does not exist"
        msg = f"the weights {path} cannot be read: {what}"
        raise CheckpointError(msg)
    return path


def _of_folder(path: Path) -> str:
    """What to name instead of a folder, such as one that accelerate has written."""
    inside = sorted(p.name for p in path.iterdir() if p.suffix in _SUFFIXES)
    return "it is a folder" + (f"; name one of its files: {', '.join(inside[:5])}" * bool(inside))


def sha256(path: str | Path) -> str:
    """The hash of a file's bytes."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _under(name: str, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    start = f"{name}."
    return {key.removeprefix(start): v for key, v in tensors.items() if key.startswith(start)}


def _described(text: str | None, path: Path) -> dict[str, Any]:
    if text is None:
        msg = (
            f"{path} has no setup in it: it was not written by restorebench; make one of the "
            "authors' file with 'restorebench convert'"
        )
        raise CheckpointError(msg)
    described = _table(text, path)
    if (found := described.get("format")) != FORMAT:
        older = isinstance(found, int) and found < FORMAT
        do = "train or export it again" if older else "install a newer restorebench"
        msg = f"{path} has checkpoint format {found!r}; this restorebench reads {FORMAT}; {do}"
        raise CheckpointError(msg)
    return described


def _table(text: str, path: Path) -> dict[str, Any]:
    """The description of a file, which holds a table under "setup" and may hold one more."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    tables = (found.get("setup"), found.get("origin", {})) if isinstance(found, dict) else (None,)
    if isinstance(found, dict) and all(isinstance(table, dict) for table in tables):
        return found
    msg = f"{path} has a description that cannot be read; fetch or copy the file again"
    raise CheckpointError(msg)


def _in_full(suite: Suite, setup: Setup) -> Setup:
    """The setup with the configurations of its networks written out."""
    full = {}
    if (choice := setup.backbone) is not None:
        config = parts.config_of(parts.backbone_family(suite, choice.name), choice)
        full["backbone"] = parts.resolved(choice, config).to_dict()
    if (choice := setup.compressor) is not None:
        config = parts.config_of(parts.compressor_family(suite, choice.name), choice)
        full["compressor"] = parts.resolved(choice, config).to_dict()
    return Setup.from_dict({**setup.to_dict(), **full})
