"""A network that runs out of memory on more than so many pixels, and one image. For tests."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor, nn

from restorebench import DatasetSpec, LazySpec, Sample, TaskSpec, hookimpl
from restorebench.backbones.backbone import Backbone, Family, Inputs
from restorebench.backbones.config import BackboneConfig
from restorebench.data.colour import through_8bit
from restorebench.data.dataset import Dataset


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


def noise(split: str) -> Dataset:
    """One image of 32×40."""
    pixels = through_8bit(np.random.default_rng(0).uniform(0, 1, (1, 3, 32, 40)))
    return Dataset("noise", split, ("a",), lambda name: Sample(name, pixels, pixels))


@hookimpl
def restorebench_tasks():
    return [TaskSpec(name="any", title="Any", summary="Anything", protocol="ntire-rgb")]


@hookimpl
def restorebench_datasets():
    return [
        DatasetSpec(
            name="noise", task="any", summary="N", target="greedy_plugin:noise", generated=True
        )
    ]


@hookimpl
def restorebench_backbones():
    return [LazySpec(name="greedy", summary="Wants more", target="greedy_plugin:FAMILY")]
