"""Which published architecture weights belong to, by their names, whatever stands before."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import NamedTuple

from torch import Tensor

from restorebench.backbones.keys import dit as keys_dit
from restorebench.backbones.keys import nafnet as keys_nafnet
from restorebench.backbones.keys import restormer as keys_restormer
from restorebench.backbones.keys import unet as keys_unet
from restorebench.compressors import keys as keys_compressor
from restorebench.errors import CheckpointError

_DEEPEST = 3
"""How many names a prefix is made of, at most."""


@dataclass(frozen=True)
class Release:
    """One published architecture: its family here, and the module that knows its names."""

    title: str
    family: str
    keys: ModuleType
    compresses: bool = False

    @property
    def extra_options(self) -> tuple[str, ...]:
        """What its weights do not determine: options of `convert`."""
        given = inspect.signature(self.keys.infer_config).parameters.values()
        return tuple(p.name for p in given if p.kind is p.KEYWORD_ONLY)


RELEASES = (
    Release("NAFNet, NAFSSR or Refusion's NAFNet", "nafnet", keys_nafnet),
    Release("Refusion's latent U-Net", "unet", keys_compressor, compresses=True),
    Release("IR-SDE's U-Net", "unet", keys_unet),
    Release("Restormer", "restormer", keys_restormer),
    Release("Refusion's DiT", "dit", keys_dit),
)


class Recognised(NamedTuple):
    """A release, its weights under the names that it gave them, and what was done, for people."""

    release: Release
    tensors: dict[str, Tensor]
    notes: tuple[str, ...] = ()


def recognise(state: Mapping[str, Tensor], where: str, prefix: str | None = None) -> Recognised:
    """The release that weights belong to, with the prefix of their names taken off.

    Without `prefix` it is found: names without one go first, then averages (``ema`` in the prefix).
    Raises `CheckpointError` where no release fits, or weights under several prefixes do.
    """
    if prefix is not None:
        prefixes = [prefix if prefix.endswith(".") or not prefix else f"{prefix}."]
    else:
        prefixes = [""] if _release(state, "") else _prefixes(state)
    fitting = [p for p in prefixes if _release(state, p)]
    averaged = [p for p in fitting if "ema" in p.lower()]
    chosen = averaged if len(averaged) == 1 else fitting
    if len(chosen) > 1:
        choices = " or ".join(f"prefix={p.removesuffix('.')}" for p in chosen)
        msg = f"{where} holds several networks; say which one is meant: {choices}"
        raise CheckpointError(msg)
    for found in chosen:
        if (release := _release(state, found)) is not None:
            others = [p for p in fitting if p != found]
            return Recognised(release, _under(state, found), _notes(state, found, others))
    raise CheckpointError(_unknown(state, where))


def _prefixes(state: Mapping[str, Tensor]) -> list[str]:
    """What the names of a network inside another may begin with."""
    parts = [name.split(".") for name in state]
    depths = range(1, _DEEPEST + 1)
    found = {".".join(p[:d]) + ".": None for p in parts for d in depths if d < len(p)}
    return list(found)


def _under(state: Mapping[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): v for name, v in state.items() if name.startswith(prefix)}


def _release(state: Mapping[str, Tensor], prefix: str) -> Release | None:
    names = list(_under(state, prefix))
    return next((release for release in RELEASES if release.keys.recognises(names)), None)


def _notes(state: Mapping[str, Tensor], prefix: str, others: list[str]) -> tuple[str, ...]:
    if not prefix:
        return ()
    left = [name for name in state if not name.startswith(prefix)]
    notes = [f"{prefix} is taken off the names of weights"]
    notes += [f"averaged weights (not those of {', '.join(others)})"] if others else []
    rest = f"{len(left)} weights of other names are left out ({left[0]}, …)" if left else ""
    return (*notes, *filter(None, [rest]))


def _unknown(state: Mapping[str, Tensor], where: str) -> str:
    known = "; ".join(release.title for release in RELEASES)
    return (
        f"{where} is of an unknown architecture (known: {known}): its {len(state)} weights "
        f"begin with {', '.join(list(state)[:5])}. Networks of other kinds take part too: "
        "spandrel:weights=FILE knows many released ones, torch:file=NET.py,weights=FILE runs your "
        "own, and the restorer 'folder' takes restored images"
    )
