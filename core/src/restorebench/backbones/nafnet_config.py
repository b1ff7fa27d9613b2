"""What a NAFNet is made of, checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from restorebench.backbones.config import BackboneConfig

FUSIONS: Mapping[str, int] = MappingProxyType({"none": 0, "quarter": 4, "full": 1})


@dataclass(frozen=True, kw_only=True)
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

    channels: int = 3
    width: int = 64
    encoder: tuple[int, ...] = (1, 1, 1, 28)
    middle: int = 1
    decoder: tuple[int, ...] = (1, 1, 1, 1)
    views: int = 1
    degraded: bool = True
    timed: bool = True
    condition_dim: int = 0
    condition_scale: tuple[float, ...] = ()
    guides: int = 0
    fusion: str = "none"
    intro_skip: bool = False
    residual: bool = False
    affine: bool = False
    upscale: int = 1
    norm_bias: bool = False
    norm_eps: float = 1e-5
    local_pool: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        self.require(self.channels >= 1, "channels", "1 or more")
        self.require(self.width >= 4 and self.width % 2 == 0, "width", "an even number, 4 or more")
        self.require(all(n >= 0 for n in self.encoder), "encoder", "0 or more blocks a level")
        self.require(all(n >= 0 for n in self.decoder), "decoder", "0 or more blocks a level")
        levels = len(self.encoder)
        self.require(len(self.decoder) == levels, "decoder", f"{levels} levels, as the encoder")
        self.require(self.middle >= 0, "middle", "0 or more")
        self.require(self.norm_eps > 0, "norm_eps", "a positive number")
        self._check_parts()

    def _check_parts(self) -> None:
        self.require(self.views in (1, 2), "views", "1 or 2")
        self.require(self.fusion in FUSIONS, "fusion", f"one of {', '.join(FUSIONS)}")
        self.require(self.fusion == "none" or self.views == 2, "fusion", "'none' with one view")
        self.require(self.condition_dim >= 0, "condition_dim", "0 or more")
        scales = len(self.condition_scale)
        fits = scales in (0, self.condition_dim)
        self.require(fits, "condition_scale", f"{self.condition_dim} numbers, or none")
        self.require(self.guides >= 0, "guides", "0 or more")
        self.require(self.upscale >= 1, "upscale", "1 or more")
        self.require(not self.affine or self.upscale == 1, "affine", "False where it enlarges")
        window = len(self.local_pool) in (0, 2) and all(side >= 1 for side in self.local_pool)
        self.require(window, "local_pool", "(height, width) of the training crops, or empty")

    @property
    def multiple(self) -> int:
        """Height and width are padded to multiples of this."""
        return int(2 ** len(self.encoder))
