"""Authors' files: a state dict, unwrapped and under its plain names, without running their code."""

from __future__ import annotations

import pickle
import re
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from restorebench.checkpoints.file import existing
from restorebench.checkpoints.file_kind import is_safetensors, not_weights
from restorebench.errors import CheckpointError
from restorebench.registry import nearest

WRAPPERS = (
    *("params_ema", "ema", "ema_state_dict", "state_dict_ema", "model_ema"),
    *("params", "state_dict", "model_state_dict", "model", "net", "network", "netG", "generator"),
)
"""Keys under which training programs put the weights; the first is taken, so averages first."""

_DEEPEST = 3
"""How many dicts around one another are taken off."""

_INSERTED = re.compile(r"(?:^|(?<=\.))(?:_orig_mod|_fsdp_wrapped_module)\.")
"""What torch.compile and FSDP put into names, wherever a module was wrapped."""

_PROFILED = re.compile(r"(?:^|\.)(?:total_ops|total_params)$")
"""Buffers that the profiler thop leaves in a network."""

_GLOBAL = re.compile(r"GLOBAL (\S+)")


class State(NamedTuple):
    """Weights under their plain names, and what was done to read them, for people."""

    tensors: dict[str, Tensor]
    notes: tuple[str, ...] = ()


def read_state(path: str | Path, wrapper: str = "") -> State:
    """The state dict in a ``.pth`` or ``.safetensors`` file; floating point as it is stored.

    What training programs put around it is taken off: dicts, the names of compiled modules, a
    profiler's buffers. `wrapper` picks one of several state dicts that a file holds; without it
    averaged weights (EMA) go first. Only tensors and plain containers are read (``weights_only``).
    Raises `CheckpointError`, which names the file.
    """
    path = existing(path)
    content, notes = _unwrapped(_read(path), path, wrapper)
    tensors = _tensors(content, path)
    kept = {name: value for name, value in tensors.items() if not _PROFILED.search(name)}
    if left := len(tensors) - len(kept):
        notes.append(f"{left} buffers of the profiler thop are left out")
    plain = {_INSERTED.sub("", name): value for name, value in kept.items()}
    if plain.keys() != kept.keys():
        notes.append("_orig_mod. is taken off the names of weights")
    return State(plain, tuple(notes))


def _read(path: Path) -> Any:
    try:
        if is_safetensors(path):
            return load_file(path)
        if what := not_weights(path):
            msg = f"{path} {what}"
            raise CheckpointError(msg)
        # by its content: torch.load goes by the suffix of a path
        with warnings.catch_warnings(), path.open("rb") as file:
            warnings.simplefilter("ignore")  # of a protocol of pickle that it may not know
            return torch.load(file, map_location="cpu", weights_only=True)
    except CheckpointError:
        raise
    except Exception as error:  # PyTorch's unpickler raises what it likes, down to AssertionError
        msg = f"{path} cannot be read as weights: {_reason(error)}"
        raise CheckpointError(msg) from error


def _reason(error: Exception) -> str:
    """In place of PyTorch's own message, which advises to run whatever is in the file."""
    if isinstance(error, pickle.UnpicklingError) and (found := _GLOBAL.search(str(error))):
        return (
            f"it holds an object of {found[1]}, not only tensors, and a pickle's objects can run "
            "code; save the network's state_dict() alone"
        )
    if isinstance(error, SafetensorError):
        return f"it is cut off or damaged ({error}); fetch or copy it again"
    return (
        f"it is damaged or was not written by torch.save ({type(error).__name__}); fetch or copy "
        "it again, or save the network's state_dict() alone"
    )


def _unwrapped(content: Any, path: Path, wrapper: str) -> tuple[Any, list[str]]:
    """What is under `wrapper`, or under the first of `WRAPPERS`; and a note of it."""
    if wrapper:
        if not isinstance(content, Mapping) or wrapper not in content:
            known = [str(key) for key in content] if isinstance(content, Mapping) else []
            msg = f"{path} holds nothing called {wrapper!r}; {nearest(wrapper, known[:20])}"
            raise CheckpointError(msg)
        return content[wrapper], []
    notes: list[str] = []
    for _ in range(_DEEPEST):
        if not (found := _wrappers(content)):
            break
        others = f" (not {', '.join(found[1:])}; wrapper=KEY takes another)" if found[1:] else ""
        notes.append(f"weights under {found[0]}{others}")
        content = content[found[0]]
    return content, notes


def _wrappers(content: Any) -> list[Any]:
    """The keys under which a dict has weights: those of `WRAPPERS`, else the only one there is."""
    if not isinstance(content, Mapping):
        return []
    if known := [name for name in WRAPPERS if isinstance(content.get(name), Mapping)]:
        return known
    found = [key for key, inside in content.items() if _is_wrapped(inside)]
    return found if len(found) == 1 else []


def _is_wrapped(content: Any) -> bool:
    """Whether it is a state dict, or has one under a key of `WRAPPERS`; optimisers have none."""
    if not isinstance(content, Mapping) or not content:
        return False
    tensors = all(isinstance(k, str) and isinstance(v, Tensor) for k, v in content.items())
    return tensors or any(isinstance(content.get(name), Mapping) for name in WRAPPERS)


def _tensors(state: Any, path: Path) -> dict[str, Tensor]:
    if not isinstance(state, Mapping) or not state:
        held = "an empty dict" if isinstance(state, Mapping) else f"a {type(state).__name__}"
        msg = f"{path} holds {held}; expected a state dict: names to tensors"
        raise CheckpointError(msg)
    for key, value in state.items():
        if not isinstance(key, str):
            msg = f"{path} is not a state dict: its key {key!r} is not a text"
            raise CheckpointError(msg)
        if not isinstance(value, Tensor):
            msg = (
                f"{path} is not a state dict: {key!r} is a {type(value).__name__}, not a tensor; "
                f"if the weights are under one of its keys, name it: wrapper=KEY"
            )
            raise CheckpointError(msg)
        if value.layout is not torch.strided or _is_expanded(value):
            msg = f"{path} holds {key!r} as a sparse or expanded tensor; save it contiguous"
            raise CheckpointError(msg)
        if value.is_floating_point() and value.float().isnan().any():
            msg = f"{path} holds NaN in {key!r}, as training that diverged leaves it; take another"
            raise CheckpointError(msg)
    return dict(state)


def _is_expanded(value: Tensor) -> bool:
    """Whether a few bytes stand for many: a small file could ask for any amount of memory."""
    return value.numel() * value.element_size() > value.untyped_storage().nbytes()
