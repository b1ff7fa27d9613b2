"""Names of the published NAFNet, NAFSSR and Refusion weights, and configurations from their shapes.

Pure functions over state dicts, without ``module.`` or ``params`` around them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping

from torch import Tensor

from restorebench.backbones.keys.rename import count, renamed, shape, swap
from restorebench.backbones.nafnet_config import Config
from restorebench.errors import OptionError

_NETWORK = "a NAFNet"
_STAGES = {"encoders": "encoder", "decoders": "decoder", "middle_blks": "middle", "body": "middle"}
_BLOCK = {
    "norm1.g": "norm1.weight",
    "norm2.g": "norm2.weight",
    "conv1": "expand",
    "conv2": "depthwise",
    "sca.1": "attention",
    "conv3": "project",
    "conv4": "expand2",
    "conv5": "project2",
    "mlp.1": "time",
    "time_mlp.1": "time",
    "cam_mlp.1": "condition",
    "fusion.norm_l.g": "fusion.norm_left.weight",
    "fusion.norm_r.g": "fusion.norm_right.weight",
    "fusion.norm_l": "fusion.norm_left",
    "fusion.norm_r": "fusion.norm_right",
    "fusion.l_proj1": "fusion.query_left",
    "fusion.r_proj1": "fusion.query_right",
    "fusion.l_proj2": "fusion.value_left",
    "fusion.r_proj2": "fusion.value_right",
}
_OUTER = {
    "time_mlp.0": "time.expand",
    "time_mlp.1": "time.expand",
    "time_mlp.2": "time.project",
    "time_mlp.3": "time.project",
    "cam_mlp.0": "condition.expand",
    "cam_mlp.2": "condition.project",
    "up.0": "ending",
}
_STAGE = re.compile(r"(encoders\.\d+|decoders\.\d+|middle_blks|body)\.(\d+)\.(?:module\.)?(.+)")
_LEVEL = re.compile(r"(downs\.\d+|ups\.\d+\.0)\.(weight|bias)")


def rename(key: str) -> str:
    """Our name of a published `key`; an unknown key stays as it is."""
    if match := _STAGE.fullmatch(key):
        stage, block, rest = match.groups()
        head, dot, level = stage.partition(".")
        return f"{_STAGES[head]}{dot}{level}.{block}.{swap(rest.removeprefix('blk.'), _BLOCK)}"
    if match := _LEVEL.fullmatch(key):
        name, level = match.group(1).split(".")[:2]
        part = "down" if name == "downs" else "up"
        return f"{part}.{level}.{'expand.' if part == 'up' else ''}{match.group(2)}"
    return swap(key, _OUTER)


def convert(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """A published state dict under our names; gains of (1, C, 1, 1) become (C,)."""
    return renamed(state, rename)


def recognises(keys: Iterable[str]) -> bool:
    """Whether `keys` are those of a published NAFNet, NAFSSR or Refusion NAFNet."""
    names = set(keys)
    stages = ("middle_blks.0.conv4.weight", "body.0.module.blk.conv4.weight")
    return "intro.weight" in names and any(stage in names for stage in stages)


def infer_config(
    state: Mapping[str, Tensor],
    *,
    intro_skip: bool = False,
    local_pool: tuple[int, int] | None = None,
    norm_eps: float | None = None,
) -> Config:
    """The `Config` that fits a published state dict.

    Weights do not tell everything: `intro_skip` is True for Refusion on the latents of hazy
    images, which has the keys of the plain network; `local_pool` is the (H, W) of the training
    crops of NAFNet's GoPro and REDS models (256, 256) and NAFSSR's (30, 90). ε follows from the
    kind of norm: 1e-6 with a bias (NAFNet, NAFSSR), 1e-5 without (Refusion).
    Raises `OptionError` where a weight that decides is absent or contradicts another one.
    """
    ours = convert(state)
    bias = any(name.endswith("norm1.bias") for name in ours)
    pooled = local_pool or ()
    eps = norm_eps if norm_eps is not None else (1e-6 if bias else 1e-5)
    width, read = shape(ours, "intro.weight", _NETWORK)[:2]
    channels, upscale, degraded = _ends(state, ours, read)
    numbers = (
        shape(ours, "condition.expand.weight", _NETWORK)[1] // width
        if _any(ours, "condition.")
        else 0
    )
    fused = any(".fusion." in name for name in ours)
    return Config(
        channels=channels,
        width=width,
        encoder=_counts(ours, "encoder"),
        middle=count(ours, "middle"),
        decoder=_counts(ours, "decoder"),
        views=2 if fused else 1,
        degraded=degraded,
        timed=_any(ours, "time."),
        condition_dim=numbers,
        fusion="none" if not fused else ("full" if bias else "quarter"),
        intro_skip=intro_skip,
        residual=not degraded and not _any(ours, "time."),
        upscale=upscale,
        norm_bias=bias,
        norm_eps=eps,
        local_pool=pooled,
    )


def _ends(
    state: Mapping[str, Tensor], ours: Mapping[str, Tensor], read: int
) -> tuple[int, int, bool]:
    """(channels, upscale, degraded) from how much the first layer reads and the last one writes."""
    written = shape(ours, "ending.weight", _NETWORK)[0]
    upscale = math.isqrt(written // read) if "up.0.weight" in state else 1
    channels = written // upscale**2 if upscale else 0
    if not channels or channels * upscale**2 != written or read not in (channels, 2 * channels):
        msg = (
            f"intro.weight reads {read} channels and the last layer writes {written}: no NAFNet; "
            "expected as many, or twice as many for [x − μ, μ]"
        )
        raise OptionError(msg)
    return channels, upscale, read == 2 * channels


def _any(state: Mapping[str, Tensor], prefix: str) -> bool:
    return any(name.startswith(prefix) for name in state)


def _counts(state: Mapping[str, Tensor], side: str) -> tuple[int, ...]:
    """Blocks of each level; a level is there if it has a way down (or up)."""
    way = "down" if side == "encoder" else "up"
    return tuple(count(state, f"{side}.{level}") for level in range(count(state, way)))
