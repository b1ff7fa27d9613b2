"""Names of the published IR-SDE U-Net weights, and the configuration that their shapes give.

Pure functions over state dicts, without ``module.`` or ``params`` around them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import partial

from torch import Tensor

from restorebench.backbones.keys.rename import count, renamed, shape, swap
from restorebench.backbones.unet_config import Config
from restorebench.errors import OptionError

_NETWORK = "IR-SDE's U-Net"
BLOCK: Mapping[str, str] = {
    "mlp.1": "time",
    "block1.proj": "conv1",
    "block2.proj": "conv2",
    "res_conv": "shortcut",
}
ATTENTION: Mapping[str, str] = {
    "norm.g": "norm.weight",
    "fn.to_qkv": "attention.qkv",
    "fn.to_out.0": "attention.project",
    "fn.to_out.1.g": "attention.norm.weight",
    "fn.to_out": "attention.project",
}
_FUSION: Mapping[str, str] = {
    "norm_l.g": "norm_left.weight",
    "norm_r.g": "norm_right.weight",
    "l_proj1": "query_left",
    "r_proj1": "query_right",
    "l_proj2": "value_left",
    "r_proj2": "value_right",
}
_OUTER: Mapping[str, str] = {
    "time_mlp.1": "time.expand",
    "time_mlp.3": "time.project",
    "init_conv": "intro",
    "final_conv": "ending",
}
_MIDDLE: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "mid_block1": ("middle1", BLOCK),
    "mid_block2": ("middle2", BLOCK),
    "mid_attn": ("attention", {f"fn.{key}": name for key, name in ATTENTION.items()}),
    "mid_fusion": ("fusion", _FUSION),
    "final_res_block": ("final", BLOCK),
}
_LEVEL = re.compile(r"(downs|ups)\.(\d+)\.(\d)\.(.+)")


def level_key(part: int, rest: str, *, stereo: bool = False) -> str:
    """Our name of the `part`-th member of a level: two blocks, attention, then the resampling."""
    if part < 2:
        return f"block{part + 1}.{swap(rest, BLOCK)}"
    if part == 2:
        return f"attention.{swap(rest.removeprefix('fn.'), ATTENTION)}"
    if stereo and part == 3:
        return f"fusion.{swap(rest, _FUSION)}"
    return f"resample.{rest.replace('1.', 'conv.', 1) if rest.startswith('1.') else rest}"


def rename(key: str, *, stereo: bool = False) -> str:
    """Our name of a published `key`; an unknown key stays as it is."""
    if match := _LEVEL.fullmatch(key):
        side, level, part, rest = match.groups()
        return f"{side.removesuffix('s')}.{level}.{level_key(int(part), rest, stereo=stereo)}"
    head, _, rest = key.partition(".")
    if head in _MIDDLE:
        name, inner = _MIDDLE[head]
        return f"{name}.{swap(rest, inner)}"
    return swap(key, _OUTER)


def convert(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """A published state dict under our names; gains of (1, C, 1, 1) become (C,)."""
    stereo = "mid_fusion.beta" in state
    return renamed(state, partial(rename, stereo=stereo))


def recognises(keys: Iterable[str]) -> bool:
    """Whether `keys` are those of a published IR-SDE U-Net."""
    return {"init_conv.weight", "mid_block1.mlp.1.weight"} <= set(keys)


def infer_config(state: Mapping[str, Tensor], *, norm_eps: float = 1e-5) -> Config:
    """The `Config` that fits a published state dict.

    Raises `OptionError` where a weight that decides is absent or contradicts another one.
    """
    width, taken, kernel = shape(state, "init_conv.weight", _NETWORK)[:3]
    channels = shape(state, "final_conv.weight", _NETWORK)[0]
    if taken not in (channels, 2 * channels):
        msg = (
            f"init_conv.weight reads {taken} channels and final_conv.weight writes {channels}; "
            "expected as many, or twice as many for the degraded image"
        )
        raise OptionError(msg)
    stereo = "mid_fusion.beta" in state
    return Config(
        channels=channels,
        width=width,
        multipliers=_multipliers(state, width, 4 if stereo else 3),
        middle="full" if "mid_attn.fn.fn.to_out.weight" in state else "linear",
        views=2 if stereo else 1,
        degraded=taken == 2 * channels,
        difference=not stereo,
        residual=stereo,
        kernel=kernel,
        norm_eps=norm_eps,
    )


def _multipliers(state: Mapping[str, Tensor], width: int, part: int) -> tuple[int, ...]:
    levels = count(state, "downs")
    out = [shape(state, f"downs.{level}.{part}.weight", _NETWORK)[0] for level in range(levels)]
    return tuple(channels // width for channels in out)
