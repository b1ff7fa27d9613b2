"""A small task for fault tests: twelve tiny images, and a restorer that takes its time."""

from __future__ import annotations

import time

import numpy as np

from restorebench import DatasetSpec, Restoration, RestorerSpec, Sample, TaskSpec, hookimpl
from restorebench.data.colour import through_8bit
from restorebench.data.dataset import Dataset

IDS = tuple(f"test-{number:04d}" for number in range(12))
SIZE = (24, 32)


def make(sample_id: str) -> Sample:
    rng = np.random.default_rng(int(sample_id[-4:]))
    target = through_8bit(rng.uniform(0, 1, (1, 3, *SIZE)))
    return Sample(sample_id, through_8bit(target * 0.5), target)


def dataset(split: str) -> Dataset:
    return Dataset("shop-squares", split, IDS, make)


def empty(split: str) -> Dataset:
    return Dataset("shop-nothing", split, (), make)


class Slow:
    """Waits, then gives the input back."""

    def __init__(self, pause: float = 0.2) -> None:
        self.pause = pause

    def restore(self, sample, context):
        time.sleep(self.pause)
        return Restoration(sample.degraded)


@hookimpl
def restorebench_tasks():
    return [TaskSpec(name="shop", title="Shop", summary="Dark", protocol="ntire-crop1")]


@hookimpl
def restorebench_datasets():
    more = {"task": "shop", "summary": "Squares"}
    return [
        DatasetSpec(name="shop-squares", target="shop_task:dataset", **more),
        DatasetSpec(name="shop-nothing", target="shop_task:empty", default=False, **more),
    ]


@hookimpl
def restorebench_restorers():
    more = {"tasks": ("shop",), "default": False}
    return [RestorerSpec(name="slow", summary="Waits", target="shop_task:Slow", **more)]
