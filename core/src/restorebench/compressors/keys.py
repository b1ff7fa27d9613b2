"""Names of Refusion's compressor weights, and the configuration that their shapes give.

Pure functions over state dicts, without ``module.`` or ``params`` around them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from torch import Tensor

from restorebench.backbones.keys.rename import count, renamed, shape, swap
from restorebench.backbones.keys.unet import level_key
from restorebench.compressors.unet import Config

_NETWORK = "Refusion's compressor"
_OUTER = {
    "init_conv": "intro",
    "latent_conv": "to_latent",
    "post_latent_conv": "from_latent",
    "final_conv": "ending",
}
_LEVEL = re.compile(r"(encoder|decoder)\.(\d+)\.(\d)\.(.+)")


def rename(key: str) -> str:
    """Our name of a published `key`; an unknown key stays as it is."""
    if match := _LEVEL.fullmatch(key):
        side, level, part, rest = match.groups()
        return f"{'down' if side == 'encoder' else 'up'}.{level}.{level_key(int(part), rest)}"
    return swap(key, _OUTER)


def convert(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """A published state dict under our names; gains of (1, C, 1, 1) become (C,)."""
    return renamed(state, rename)


def recognises(keys: Iterable[str]) -> bool:
    """Whether `keys` are those of Refusion's compressor."""
    return {"latent_conv.weight", "post_latent_conv.weight"} <= set(keys)


def infer_config(state: Mapping[str, Tensor], *, norm_eps: float = 1e-5) -> Config:
    """The `Config` that fits a published state dict.

    Raises `OptionError` where a weight that decides is absent.
    """
    width, channels = shape(state, "init_conv.weight", _NETWORK)[:2]
    levels = range(count(state, "encoder"))
    out = (shape(state, f"encoder.{level}.3.weight", _NETWORK)[0] for level in levels)
    return Config(
        channels=channels,
        width=width,
        multipliers=tuple(size // width for size in out),
        latent_channels=shape(state, "latent_conv.weight", _NETWORK)[0],
        norm_eps=norm_eps,
    )
