"""Authors' files: a state dict in PyTorch's pickle format, unwrapped, without running its code."""

from __future__ import annotations

import pickle
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from restorebench.checkpoints.file import existing
from restorebench.errors import CheckpointError
from restorebench.registry import nearest

WRAPPERS = ("params_ema", "params", "state_dict")
"""Keys under which training programs put the weights (BasicSR, Lightning); the first is taken."""

_DATA_PARALLEL = re.compile(r"^(?:module\.)+")


def read_state(path: str | Path, wrapper: str = "") -> dict[str, Tensor]:
    """The state dict in a ``.pth`` file, without ``module.``; floating point as it is stored.

    `wrapper` picks one of several that a file holds. Only tensors and plain containers are read
    (``weights_only``). Raises `CheckpointError`, which names the file.
    """
    path = existing(path)
    return _tensors(_unwrapped(_read(path), path, wrapper), path)


def _read(path: Path) -> Any:
    try:
        return torch.load(path, map_location="cpu", weights_only=True)
    except (
        *(OSError, RuntimeError, EOFError, ValueError, KeyError, AttributeError),
        *(IndexError, zipfile.BadZipFile, pickle.UnpicklingError),
    ) as error:
        # PyTorch's own message advises to run whatever is in the file
        kind = "it holds other objects than tensors, or is not a PyTorch file"
        reason = kind if isinstance(error, pickle.UnpicklingError) else str(error).splitlines()[0]
        msg = (
            f"{path} cannot be read as weights ({reason}); a pickle can run code, so that only "
            "tensors and plain containers are read: save the network's state_dict() alone"
        )
        raise CheckpointError(msg) from error


def _unwrapped(content: Any, path: Path, wrapper: str) -> Any:
    if wrapper:
        if not isinstance(content, Mapping) or wrapper not in content:
            known = [str(key) for key in content] if isinstance(content, Mapping) else []
            msg = f"{path} holds nothing called {wrapper!r}; {nearest(wrapper, known[:20])}"
            raise CheckpointError(msg)
        return content[wrapper]
    if isinstance(content, Mapping):
        for name in WRAPPERS:
            if isinstance(content.get(name), Mapping):
                return content[name]
    return content


def _tensors(state: Any, path: Path) -> dict[str, Tensor]:
    if not isinstance(state, Mapping) or not state:
        msg = f"{path} holds a {type(state).__name__}; expected a state dict: names to tensors"
        raise CheckpointError(msg)
    for key, value in state.items():
        if not isinstance(key, str) or not isinstance(value, Tensor):
            msg = (
                f"{path} is not a state dict: {key!r} is a {type(value).__name__}, not a tensor; "
                f"if the weights are under one of its keys, name it: wrapper=KEY"
            )
            raise CheckpointError(msg)
    return {_DATA_PARALLEL.sub("", key): value for key, value in state.items()}
