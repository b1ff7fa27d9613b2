"""Networks that know the truth: exact predictions for Gaussian images. For tests only."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from restorebench import LazySpec, hookimpl
from restorebench.backbones.backbone import Backbone, Family, Inputs
from restorebench.backbones.config import BackboneConfig
from restorebench.paths.diffusion import vp
from restorebench.paths.irsde import irsde

PATHS = {"irsde": irsde, "vp": vp}


class Config(BackboneConfig):
    """x0 ~ N(mean, std²) in every pixel, on the path of that name with its own options."""

    path: str = "irsde"
    std: float = 0.1
    views: int = 1
    condition_dim: int = 0


class Oracle(Backbone):
    """E[ε | x_t], computed from the path; `mean` is its one weight. Counts its calls."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.inputs = Inputs(views=config.views, condition_dim=config.condition_dim)
        self.path, self.std = PATHS[config.path](), config.std
        self.calls = 0
        self.mean = nn.Parameter(torch.tensor(0.5))

    def forward(self, x, mu=None, time=None, condition=None, *, modulation=None) -> Tensor:
        """The noise."""
        self.calls += 1
        scale = self.path.steps or self.path.time_scale
        a, b, c = self.path.at(float(time) / scale)
        off = x - a * self.mean - b * mu
        x0 = self.mean + a * self.std**2 / (a**2 * self.std**2 + c**2) * off
        return (x - a * x0 - b * mu) / c


SIZES: Mapping[str, Config] = {"one": Config()}
FAMILY = Family(name="oracle", config=Config, build=Oracle, sizes=SIZES)


@hookimpl
def restorebench_backbones():
    return [LazySpec(name="oracle", summary="Knows", target="oracle_plugin:FAMILY")]
