"""A task of three tiny images, a restorer that fits and one that fails."""

from __future__ import annotations

import numpy as np

from restorebench import DatasetSpec, Restoration, RestorerSpec, Sample, TaskSpec, hookimpl
from restorebench.data.colour import through_8bit
from restorebench.data.dataset import Dataset

IDS = ("test-0000", "test-0001", "test-0002")


def make(sample_id: str) -> Sample:
    rng = np.random.default_rng(int(sample_id[-4:]))
    target = through_8bit(rng.uniform(0.5, 1, (1, 3, 32, 40)))
    return Sample(sample_id, through_8bit(target * 0.5), target)


def dataset(split: str) -> Dataset:
    return Dataset("squares", split, IDS, make)


class Brighten:
    """Multiplies by `factor`."""

    def __init__(self, factor: float = 2.0) -> None:
        self.factor = factor

    def restore(self, sample, context):
        return Restoration(np.clip(sample.degraded * np.float32(self.factor), 0, 1))


class Failing:
    """Fails on the second sample."""

    def restore(self, sample, context):
        if sample.id == IDS[1]:
            raise ZeroDivisionError("no luck with this one")
        return Restoration(sample.degraded)


@hookimpl
def restorebench_tasks():
    return [TaskSpec(name="dark", title="Dark squares", summary="Dark", protocol="ntire-crop1")]


@hookimpl
def restorebench_datasets():
    return [DatasetSpec(name="squares", task="dark", summary="Three", target=f"{__name__}:dataset")]


@hookimpl
def restorebench_restorers():
    more = {"tasks": ("dark",)}
    return [
        RestorerSpec(name="brighten", summary="×2", target=f"{__name__}:Brighten", **more),
        RestorerSpec(
            name="failing", summary="No", target=f"{__name__}:Failing", default=False, **more
        ),
    ]
