"""A toy plugin: blotches of colour, darkened; one view or two, any scale, with a condition."""

from __future__ import annotations

import zlib

import numpy as np

from restorebench import DatasetSpec, TaskSpec, hookimpl
from restorebench.data.colour import through_8bit
from restorebench.data.dataset import Dataset
from restorebench.types import Sample

SIZE = (40, 56)
COUNTS = {"train": 6, "val": 2, "test": 2}
TASK, STEREO = "blotches", "stereo-blotches"


@hookimpl
def restorebench_tasks():
    return (
        TaskSpec(name=TASK, title="Blotches", summary="Darkened blotches"),
        TaskSpec(name=STEREO, title="Blotches", summary="Two small views", views=2, resizes=True),
    )


@hookimpl
def restorebench_datasets():
    module = __name__
    return (
        DatasetSpec(name=TASK, task=TASK, summary="One view", target=f"{module}:plain"),
        DatasetSpec(name=STEREO, task=STEREO, summary="Two views, ×2", target=f"{module}:stereo"),
    )


def plain(split: str) -> Dataset:
    return _dataset(TASK, split, views=1, scale=1)


def stereo(split: str) -> Dataset:
    return _dataset(STEREO, split, views=2, scale=2)


def _dataset(name: str, split: str, views: int, scale: int) -> Dataset:
    def ids(count: int) -> tuple[str, ...]:
        return tuple(f"{split}-{k}" for k in range(count))

    def make(sample_id: str) -> Sample:
        return _sample(sample_id, views, scale)

    endless = ids if views == 1 else None
    return Dataset(name, split, ids(COUNTS[split]), make, endless)


def _sample(sample_id: str, views: int, scale: int) -> Sample:
    rng = np.random.default_rng(zlib.crc32(sample_id.encode()))
    coarse = rng.random((views, 3, SIZE[0] // 8, SIZE[1] // 8))
    target = through_8bit(coarse.repeat(8, -2).repeat(8, -1))
    degraded = through_8bit(0.6 * target[..., ::scale, ::scale])
    condition = np.array([rng.random(), 0.6], np.float32)
    return Sample(sample_id, degraded, target, condition=condition, scale=scale)
