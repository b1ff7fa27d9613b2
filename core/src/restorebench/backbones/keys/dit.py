"""Names of Refusion's DiT weights, and the configuration that their shapes give.

Pure functions over state dicts, without ``module.`` or ``params`` around them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from torch import Tensor

from restorebench.backbones.dit_config import SIZES, Config
from restorebench.backbones.keys.rename import count, renamed, shape, swap
from restorebench.errors import OptionError

_NETWORK = "Refusion's DiT"
_NAMES = {
    "patch_embed.proj": "patches",
    "t_embedder.mlp.0": "time.0",
    "t_embedder.mlp.2": "time.2",
    "final_layer.linear": "ending",
    "final_layer.adaLN_modulation.1": "final_time",
}
_BLOCK = re.compile(r"blocks\.(\d+)\.(attn|mlp|adaLN_modulation\.1)\.(.+)")
_PARTS = {"attn": "attention", "mlp": "mlp", "adaLN_modulation.1": "time"}


def rename(key: str) -> str:
    """Our name of a published `key`; an unknown key stays as it is."""
    if match := _BLOCK.fullmatch(key):
        block, part, rest = match.groups()
        return f"blocks.{block}.{_PARTS[part]}.{rest}"
    return swap(key, _NAMES)


def convert(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """A published state dict under our names."""
    return renamed(state, rename)


def recognises(keys: Iterable[str]) -> bool:
    """Whether `keys` are those of Refusion's DiT."""
    return {"patch_embed.proj.weight", "final_layer.linear.weight"} <= set(keys)


def infer_config(
    state: Mapping[str, Tensor], *, heads: int | None = None, norm_eps: float = 1e-6
) -> Config:
    """The `Config` that fits a published state dict.

    Weights do not tell the number of `heads`: without it, only the published widths are known.
    Raises `OptionError` for others, and where a weight that decides is absent or contradicts.
    """
    hidden, taken, patch = shape(state, "patch_embed.proj.weight", _NETWORK)[:3]
    channels, rest = divmod(shape(state, "final_layer.linear.weight", _NETWORK)[0], patch**2)
    if rest or taken not in (channels, 2 * channels):
        msg = (
            f"patch_embed.proj.weight reads {taken} channels and final_layer.linear.weight writes "
            f"{channels} for each pixel; expected as many, or twice as many for [x − μ, μ]"
        )
        raise OptionError(msg)
    return Config(
        channels=channels,
        hidden=hidden,
        depth=count(state, "blocks"),
        heads=heads if heads is not None else _published_heads(hidden),
        patch=patch,
        degraded=taken == 2 * channels,
        norm_eps=norm_eps,
    )


def _published_heads(hidden: int) -> int:
    known = {size.hidden: size.heads for name, size in SIZES.items() if name.startswith("dit-")}
    if hidden in known:
        return known[hidden]
    msg = (
        f"weights do not tell the number of heads, and the width {hidden} is none of the published "
        f"ones ({', '.join(map(str, known))}); say heads=N as it was trained"
    )
    raise OptionError(msg)
