"""A plugin that brings every part of a trained restorer, and what it is trained and scored on."""

from __future__ import annotations

import zlib
from collections import Counter
from dataclasses import replace
from functools import wraps

import numpy as np
import torch

from restorebench import (
    DatasetSpec,
    GuideSpec,
    LazySpec,
    Restoration,
    RestorerSpec,
    Sample,
    TaskSpec,
    hookimpl,
)
from restorebench.backbones.backbone import Backbone, Family, Inputs
from restorebench.backbones.config import BackboneConfig
from restorebench.data.colour import through_8bit
from restorebench.data.dataset import Dataset
from restorebench.paths.flow import rectified_flow
from restorebench.restorers.diffusion import Diffusion
from restorebench.restorers.factory import make_restorer
from restorebench.solvers.euler import euler_ode

USED: Counter[str] = Counter()
"""How often each part was used."""


class Config(BackboneConfig):
    kernel: int = 3


class OneLayer(Backbone):
    def __init__(self, config: Config) -> None:
        super().__init__()
        self.inputs = Inputs(guides=1)
        self.layer = torch.nn.Conv2d(7, 3, config.kernel, padding=config.kernel // 2)

    def forward(self, x, mu=None, time=None, condition=None, *, modulation=None):
        USED["backbone"] += 1
        both = torch.cat([x, mu], dim=-3)
        return self.layer(both.flatten(0, -4)).reshape(x.shape)


FAMILY = Family(name="own-layer", config=Config, build=OneLayer, sizes={"3": Config()})


def path(sigma: float = 0.5):
    USED["path"] += 1
    return replace(rectified_flow(sigma), name="own-flow")


@wraps(euler_ode)
def solver(*arguments, **options):
    USED["solver"] += 1
    return euler_ode(*arguments, **options)


def edges(sample: Sample):
    USED["guide"] += 1
    grey = sample.degraded[0].mean(axis=0)
    return np.hypot(*np.gradient(grey))[None].astype(np.float32)


class Brighten:
    def restore(self, sample, context):
        USED["initial"] += 1
        return Restoration(np.clip(1.5 * sample.degraded, 0, 1))


class Mixed:
    """Its own network and the restorer that it goes on from, half and half."""

    def __init__(self, suite, weights: str) -> None:
        self.parts = Diffusion(weights, suite=suite), make_restorer(suite, "own-brighten")

    def restore(self, sample, context):
        return Restoration(np.mean([p.restore(sample, context).image for p in self.parts], axis=0))


def dataset(split: str) -> Dataset:
    return Dataset("own-images", split, tuple(f"{split}-{k}" for k in range(3)), make)


def make(sample_id: str) -> Sample:
    rng = np.random.default_rng(zlib.crc32(sample_id.encode()))
    target = through_8bit(rng.random((1, 3, 4, 5)).repeat(8, -2).repeat(8, -1))
    return Sample(sample_id, through_8bit(0.5 * target), target)


def _at(name: str) -> str:
    return f"{__name__}:{name}"


@hookimpl
def restorebench_tasks():
    return [TaskSpec(name="own-task", title="Own", summary="Dark images")]


@hookimpl
def restorebench_datasets():
    summary, target = "Blocks", _at("dataset")
    return [DatasetSpec(name="own-images", task="own-task", summary=summary, target=target)]


@hookimpl
def restorebench_restorers():
    return [
        RestorerSpec(name="own-brighten", summary="× 1.5", target=_at("Brighten"), resizes=False),
        RestorerSpec(name="own-mix", summary="Half", target=_at("Mixed"), default=False),
    ]


@hookimpl
def restorebench_backbones():
    return [LazySpec(name="own-layer", summary="A convolution", target=_at("FAMILY"))]


@hookimpl
def restorebench_sdes():
    return [LazySpec(name="own-flow", summary="A flow", target=_at("path"))]


@hookimpl
def restorebench_solvers():
    return [LazySpec(name="own-euler", summary="Euler's method", target=_at("solver"))]


@hookimpl
def restorebench_guides():
    return [GuideSpec(name="own-edges", summary="Edges", target=_at("edges"))]
