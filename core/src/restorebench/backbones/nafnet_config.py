"""What a NAFNet is made of, checked."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, Self

from pydantic import model_validator

from restorebench.backbones.config import BackboneConfig, Blocks, LevelBlocks, Width
from restorebench.strict_model import Count, Number, Positive, Whole

FUSIONS: Mapping[str, int] = MappingProxyType({"none": 0, "quarter": 4, "full": 1})


class Config(BackboneConfig):
    """One NAFNet: a U of blocks, and the parts it grows.

    `encoder` and `decoder` are the blocks of each level, `middle` those at the bottom.
    `degraded`: reads [x − μ, μ], else x alone; `timed` and `condition_dim`: modulated by the time
    and by K numbers, which are multiplied by `condition_scale` before they are embedded (the
    embedding tells values apart that differ by about 0.01 to 1000).
    `guides`: channels of known maps that are read beside them.
    `fusion`: stereo attention between two views, ``"quarter"`` (Refusion), ``"full"`` (NAFSSR)
    or ``"none"``; `intro_skip`: the last layer sees the intro's features again (Refusion on the
    latents of hazy images); `residual`: adds the input;
    `affine`: the last layer gives gain and offset maps, and gain · degraded image + offset is the
    output, for degradations that scale light and add to it; `upscale`: how much larger the
    output is;
    `local_pool`: (H, W) of the training crops for local pooling (TLC), or empty.
    """

    channels: Whole = 3
    width: Width = 64
    encoder: LevelBlocks = (1, 1, 1, 28)
    middle: Blocks = 1
    decoder: LevelBlocks = (1, 1, 1, 1)
    views: Literal[1, 2] = 1
    degraded: bool = True
    timed: bool = True
    condition_dim: Count = 0
    condition_scale: tuple[Number, ...] = ()
    guides: Count = 0
    fusion: Literal["none", "quarter", "full"] = "none"
    intro_skip: bool = False
    residual: bool = False
    affine: bool = False
    upscale: Whole = 1
    norm_bias: bool = False
    norm_eps: Positive = 1e-5
    local_pool: tuple[Whole, ...] = ()

    @model_validator(mode="after")
    def _parts_fit(self) -> Self:
        conditions, levels = self.condition_dim, len(self.encoder)
        scales, windows = len(self.condition_scale), len(self.local_pool)
        self.require("decoder", len(self.decoder) == levels, f"{levels} levels, as the encoder")
        self.require("fusion", self.fusion == "none" or self.views == 2, "'none' with one view")
        self.require("condition_scale", scales in (0, conditions), f"{conditions} numbers, or none")
        self.require("affine", not self.affine or self.upscale == 1, "False where it enlarges")
        crops = "(height, width) of the training crops, or empty"
        self.require("local_pool", windows in (0, 2), crops)
        return self

    @property
    def multiple(self) -> int:
        """Height and width are padded to multiples of this."""
        return int(2 ** len(self.encoder))
