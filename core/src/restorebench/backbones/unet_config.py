"""What IR-SDE's U-Net is made of, checked, and its published sizes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from restorebench.backbones.config import BackboneConfig

MIDDLES = ("linear", "full")


@dataclass(frozen=True, kw_only=True)
class Config(BackboneConfig):
    """One U-Net: level i has width · multipliers[i] channels on its way out.

    `middle`: ``"linear"`` attention at the bottom, or ``"full"`` (the denoising networks);
    `degraded`: reads μ beside x, as [x − μ, μ] if `difference`, else as [x, μ]; `timed`: modulated
    by the time; `residual`: adds x to the output; `views` 2: stereo attention after every
    attention; `kernel` of the first layer.
    """

    channels: int = 3
    width: int = 64
    multipliers: tuple[int, ...] = (2, 4, 8, 16)
    middle: str = "linear"
    views: int = 1
    degraded: bool = True
    timed: bool = True
    difference: bool = True
    residual: bool = False
    kernel: int = 7
    norm_eps: float = 1e-5

    def __post_init__(self) -> None:
        super().__post_init__()
        self.require(self.channels >= 1, "channels", "1 or more")
        self.require(self.width >= 4 and self.width % 2 == 0, "width", "an even number, 4 or more")
        levels = len(self.multipliers) >= 1 and all(m >= 1 for m in self.multipliers)
        self.require(levels, "multipliers", "one number, 1 or more, for each level")
        self.require(self.middle in MIDDLES, "middle", f"one of {', '.join(MIDDLES)}")
        self.require(self.views in (1, 2), "views", "1 or 2")
        self.require(self.kernel % 2 == 1 and self.kernel > 0, "kernel", "an odd number")
        self.require(self.norm_eps > 0, "norm_eps", "a positive number")

    @property
    def multiple(self) -> int:
        """Height and width are padded to multiples of this.

        Twice what the halvings need: the published networks were trained with this padding.
        """
        return int(2 ** len(self.multipliers))


SIZES: Mapping[str, Config] = MappingProxyType(
    {
        "ir-sde": Config(),
        "ir-sde-w32": Config(width=32),
        "ir-sde-w32-deep": Config(width=32, multipliers=(2, 4, 8, 16, 32)),
        "ir-sde-denoising": Config(middle="full", degraded=False),
        "ir-sde-stereo": Config(views=2, difference=False, residual=True, kernel=3),
        "compact": Config(width=16, multipliers=(1, 2, 4)),
        "compact-regression": Config(
            width=16, multipliers=(1, 2, 4), degraded=False, timed=False, residual=True
        ),
        "compact-stereo": Config(
            width=16, multipliers=(1, 2, 4), views=2, difference=False, residual=True, kernel=3
        ),
    }
)
