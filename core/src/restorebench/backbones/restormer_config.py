"""What a Restormer is made of, checked, and its published size."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Self, TypeAlias

from pydantic import Field, model_validator

from restorebench.backbones.config import BackboneConfig, Blocks, Width
from restorebench.strict_model import Count, Number, Positive, Whole

MULTIPLE = 8
"""Height and width are padded to multiples of this."""

Four: TypeAlias = Annotated[tuple[Count, ...], Field(min_length=4, max_length=4)]
"""A number for each level."""

FourBlocks: TypeAlias = Annotated[tuple[Blocks, ...], Field(min_length=4, max_length=4)]
"""How many blocks each level has."""


class Config(BackboneConfig):
    """One Restormer: `blocks` and `heads` of its four levels, `refinement` blocks at the end.

    Plain: a regression that adds its input (`residual`). With `timed`, the time scales and shifts
    both halves of every block; with `degraded` it reads [x − μ, μ]. `norm_mean`: the norm takes
    the mean off and has a bias ("WithBias"), else neither ("BiasFree").
    """

    channels: Whole = 3
    width: Width = 48
    blocks: FourBlocks = (4, 6, 6, 8)
    refinement: Blocks = 4
    heads: Four = (1, 2, 4, 8)
    expansion: Number = 2.66
    degraded: bool = False
    timed: bool = False
    residual: bool = True
    norm_mean: bool = True
    norm_eps: Positive = 1e-5

    @model_validator(mode="after")
    def _parts_fit(self) -> Self:
        sizes = [self.width << level for level in range(4)]
        divide = all(h and size % h == 0 for h, size in zip(self.heads, sizes, strict=True))
        self.require("heads", divide, "four divisors of the levels' channels")
        hidden = int(self.width * self.expansion)
        self.require("expansion", hidden >= 1, "a positive number")
        return self


_PAPER = Config()
_COMPACT = Config(width=16, blocks=(1, 1, 2, 2), refinement=1)


def _diffusion(config: Config) -> Config:
    return config.replace(degraded=True, timed=True, residual=False)


SIZES: Mapping[str, Config] = MappingProxyType(
    {
        "restormer": _PAPER,
        "restormer-bias-free": _PAPER.replace(norm_mean=False),
        "restormer-diffusion": _diffusion(_PAPER),
        "compact": _diffusion(_COMPACT),
        "compact-regression": _COMPACT,
    }
)
