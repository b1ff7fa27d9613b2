"""Renaming the keys of published state dicts, and reading sizes off their shapes."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from torch import Tensor

from restorebench.errors import OptionError


def swap(key: str, names: Mapping[str, str]) -> str:
    """`key`, or what stands before its last dot, replaced by our name for it."""
    head, dot, tail = key.rpartition(".")
    return names.get(key) or f"{names.get(head, head)}{dot}{tail}"


def renamed(state: Mapping[str, Tensor], rename: Callable[[str], str]) -> dict[str, Tensor]:
    """A published state dict under our names; gains ``g`` of (1, C, 1, 1) become (C,)."""
    return {
        rename(key): value.flatten() if key.endswith(".g") else value
        for key, value in state.items()
    }


def shape(state: Mapping[str, Tensor], name: str, network: str) -> tuple[int, ...]:
    """The shape of a weight; `OptionError` names it and the `network` where it is absent."""
    if name not in state:
        msg = f"these are not weights of {network}: {name!r} is absent"
        raise OptionError(msg)
    return tuple(state[name].shape)


def count(state: Mapping[str, Tensor], stage: str) -> int:
    """How many members a numbered stage such as ``"encoder.3"`` has."""
    start = f"{stage}."
    inside = (name[len(start) :] for name in state if name.startswith(start))
    return 1 + max((int(name.partition(".")[0]) for name in inside), default=-1)
