"""A network whose memory runs out on more than so many pixels, as PyTorch says it. For tests."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from restorebench import LazySpec, hookimpl
from restorebench.backbones.backbone import Backbone, Family, Inputs
from restorebench.backbones.config import BackboneConfig


class Config(BackboneConfig):
    """`pixels` is the most that it can be given at once."""

    pixels: int = 1000


class Greedy(Backbone):
    """A convolution that sees one pixel around each."""

    halo = 1

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.inputs = Inputs(degraded=False, timed=False)
        self.pixels, self.layer = config.pixels, nn.Conv2d(3, 3, 3, padding=1)

    def forward(self, x, mu=None, time=None, condition=None, *, modulation=None) -> Tensor:
        if x.device.type != "meta" and x.shape[-2] * x.shape[-1] > self.pixels:
            msg = "CUDA out of memory. Tried to allocate 20.00 GiB."
            raise torch.OutOfMemoryError(msg)
        out: Tensor = self.layer(x.flatten(0, 1)).reshape(x.shape)
        return out


SIZES: Mapping[str, Config] = {"one": Config()}
FAMILY = Family(name="greedy", config=Config, build=Greedy, sizes=SIZES)


@hookimpl
def restorebench_backbones():
    return [LazySpec(name="greedy", summary="Wants more", target="greedy_plugin:FAMILY")]
