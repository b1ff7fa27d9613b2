"""What a Restormer is made of, checked, and its published size."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from restorebench.backbones.config import BackboneConfig

MULTIPLE = 8
"""Height and width are padded to multiples of this."""


@dataclass(frozen=True, kw_only=True)
class Config(BackboneConfig):
    """One Restormer: `blocks` and `heads` of its four levels, `refinement` blocks at the end.

    Plain: a regression that adds its input (`residual`). With `timed`, the time scales and shifts
    both halves of every block; with `degraded` it reads [x − μ, μ]. `norm_mean`: the norm takes
    the mean off and has a bias ("WithBias"), else neither ("BiasFree").
    """

    channels: int = 3
    width: int = 48
    blocks: tuple[int, ...] = (4, 6, 6, 8)
    refinement: int = 4
    heads: tuple[int, ...] = (1, 2, 4, 8)
    expansion: float = 2.66
    degraded: bool = False
    timed: bool = False
    residual: bool = True
    norm_mean: bool = True
    norm_eps: float = 1e-5

    def __post_init__(self) -> None:
        super().__post_init__()
        self.require(self.channels >= 1, "channels", "1 or more")
        self.require(self.width >= 4 and self.width % 2 == 0, "width", "an even number, 4 or more")
        blocks = len(self.blocks) == 4 and all(n >= 0 for n in self.blocks)
        self.require(blocks, "blocks", "four numbers, 0 or more")
        self.require(self.refinement >= 0, "refinement", "0 or more")
        self.require(self._heads_fit(), "heads", "four divisors of the levels' channels")
        self.require(int(self.width * self.expansion) >= 1, "expansion", "a positive number")
        self.require(self.norm_eps > 0, "norm_eps", "a positive number")

    def _heads_fit(self) -> bool:
        sizes = [self.width << level for level in range(4)]
        return len(self.heads) == 4 and all(
            h >= 1 and size % h == 0 for h, size in zip(self.heads, sizes, strict=True)
        )


_PAPER = Config()
_COMPACT = Config(width=16, blocks=(1, 1, 2, 2), refinement=1)


def _diffusion(config: Config) -> Config:
    return replace(config, degraded=True, timed=True, residual=False)


SIZES: Mapping[str, Config] = MappingProxyType(
    {
        "restormer": _PAPER,
        "restormer-bias-free": replace(_PAPER, norm_mean=False),
        "restormer-diffusion": _diffusion(_PAPER),
        "compact": _diffusion(_COMPACT),
        "compact-regression": _COMPACT,
    }
)
