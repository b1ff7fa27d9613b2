"""Noisy images, records by hand, and a task of small striped images."""

from __future__ import annotations

import numpy as np

from restorebench import DatasetSpec, Restoration, RestorerSpec, Sample, TaskSpec, hookimpl
from restorebench.data.colour import through_8bit
from restorebench.data.dataset import Dataset
from restorebench.types import Cost, Record

IDS = tuple(f"test-{n:04d}" for n in range(10))


def noisy(seed: int, width: int = 80):
    """A smooth 64×`width` image with noise of its own strength, and without; peak below 255."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:64, 0:width]
    waves = [np.sin(x / (5 + c) + seed) * np.cos(y / (7 - c)) for c in range(3)]
    target = 120 + 60 * np.stack(waves) + rng.normal(0, 6, (3, 64, width))
    restored = target + rng.normal(0, 8 + 6 * seed, target.shape)
    return tuple(np.clip(np.round(p), 0, 230).astype(np.uint8) for p in (restored, target))


def record(restorer: str, sample: str, psnr: float, **changes) -> Record:
    """A record of `stripes` whose restorer takes a second per image."""
    values = {
        "task": "striped",
        "dataset": "stripes",
        "split": "test",
        "options": {},
        "revision": 1,
        "draw": 0,
        "seed": 0,
        "protocol": "ntire-rgb",
        "protocol_hash": "p" * 16,
        "dataset_hash": "d" * 32,
        "input": "i",
        "target": "t",
        "prediction": "x",
        "scores": {"psnr": psnr},
        "missing": {},
        "cost": Cost(1.0),
        "error": None,
        "provenance": "",
    }
    return Record(restorer=restorer, sample=sample, **{**values, **changes})


def records(restorer: str, scores, **changes) -> list[Record]:
    return [record(restorer, f"{n:03d}", s, **changes) for n, s in enumerate(scores)]


def make(sample_id: str) -> Sample:
    rng = np.random.default_rng(int(sample_id[-4:]))
    target = through_8bit(rng.uniform(0.5, 1, (1, 3, 32, 40)))
    return Sample(sample_id, through_8bit(target * 0.5), target)


def dataset(split: str) -> Dataset:
    return Dataset("stripes", split, IDS, make)


class Brighten:
    """Multiplies by `factor`; 2 undoes the degradation but for rounding."""

    def __init__(self, factor: float = 2.0) -> None:
        self.factor = factor

    def restore(self, sample, context):
        return Restoration(np.clip(sample.degraded * np.float32(self.factor), 0, 1))


@hookimpl
def restorebench_tasks():
    return [TaskSpec(name="striped", title="Stripes", summary="Dark", protocol="ntire-crop1")]


@hookimpl
def restorebench_datasets():
    target = f"{__name__}:dataset"
    return [DatasetSpec(name="stripes", task="striped", summary="Ten", target=target)]


@hookimpl
def restorebench_restorers():
    target, tasks = f"{__name__}:Brighten", ("striped",)
    return [RestorerSpec(name="brighten", summary="×2", target=target, tasks=tasks)]
