"""Names of the published Restormer weights, and the configuration that their shapes give.

Pure functions over state dicts, without ``module.`` or ``params`` around them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping

from torch import Tensor

from restorebench.backbones.keys.rename import count, renamed, shape, swap
from restorebench.backbones.restormer_config import Config
from restorebench.errors import OptionError

_NETWORK = "a Restormer"
_STAGES = {
    "encoder_level1": "encoder.0",
    "encoder_level2": "encoder.1",
    "encoder_level3": "encoder.2",
    "latent": "encoder.3",
    "decoder_level3": "decoder.0",
    "decoder_level2": "decoder.1",
    "decoder_level1": "decoder.2",
    "refinement": "refinement",
}
_PARTS = {
    "norm1.body": "norm1",
    "norm2.body": "norm2",
    "attn.qkv": "attention.qkv",
    "attn.qkv_dwconv": "attention.depthwise",
    "attn.project_out": "attention.project",
    "ffn.project_in": "feed_forward.expand",
    "ffn.dwconv": "feed_forward.depthwise",
    "ffn.project_out": "feed_forward.project",
    "attn": "attention",
}
_OUTER = {
    "patch_embed.proj": "intro",
    "down1_2.body.0": "down.0",
    "down2_3.body.0": "down.1",
    "down3_4.body.0": "down.2",
    "up4_3.body.0": "up.0",
    "up3_2.body.0": "up.1",
    "up2_1.body.0": "up.2",
    "reduce_chan_level3": "reduce.0",
    "reduce_chan_level2": "reduce.1",
    "output": "ending",
}
_BLOCK = re.compile(rf"({'|'.join(_STAGES)})\.(\d+)\.(.+)\.(\w+)")
_USUAL_EXPANSION = 2.66


def rename(key: str) -> str:
    """Our name of a published `key`; an unknown key stays as it is."""
    if match := _BLOCK.fullmatch(key):
        stage, block, part, tail = match.groups()
        return f"{_STAGES[stage]}.{block}.{_PARTS.get(part, part)}.{tail}"
    return swap(key, _OUTER)


def convert(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """A published state dict under our names."""
    return renamed(state, rename)


def recognises(keys: Iterable[str]) -> bool:
    """Whether `keys` are those of a published Restormer."""
    return {"patch_embed.proj.weight", "reduce_chan_level3.weight"} <= set(keys)


def infer_config(state: Mapping[str, Tensor], *, norm_eps: float = 1e-5) -> Config:
    """The `Config` that fits a published state dict: a plain Restormer.

    Raises `OptionError` where a weight that decides is absent or contradicts another one.
    """
    ours = convert(state)
    levels = tuple(count(ours, f"encoder.{level}") for level in range(4))
    width, channels = shape(ours, "intro.weight", _NETWORK)[:2]
    return Config(
        channels=channels,
        width=width,
        blocks=levels,
        refinement=count(ours, "refinement"),
        heads=tuple(
            shape(ours, f"encoder.{level}.0.attention.temperature", _NETWORK)[0]
            for level in range(4)
        ),
        expansion=_expansion(ours),
        norm_mean="encoder.0.0.norm1.bias" in ours,
        norm_eps=norm_eps,
    )


def _expansion(ours: Mapping[str, Tensor]) -> float:
    """The factor e with int(C · e) hidden channels everywhere: the paper's, if it fits."""
    projection = "feed_forward.project.weight"
    shapes = [(v.shape[0], v.shape[1]) for name, v in ours.items() if name.endswith(projection)]
    low = max((hidden / channels for channels, hidden in shapes), default=math.inf)
    high = min(((hidden + 1) / channels for channels, hidden in shapes), default=-math.inf)
    if low >= high:
        found = ", ".join(f"{hidden} for {channels}" for channels, hidden in sorted(set(shapes)))
        msg = f"no single expansion gives the hidden channels {found or '(none found)'}"
        raise OptionError(msg)
    return _USUAL_EXPANSION if low <= _USUAL_EXPANSION < high else (low + high) / 2
