"""A small task for fault tests: twelve tiny images, and restorers that wait, add noise or fail."""

from __future__ import annotations

import os
import time
from pathlib import Path

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


class Noisy:
    """Adds noise, another for each draw; each restoration has an image of its own.

    It appends a line to $SHOP_CALLS for each.
    """

    def restore(self, sample, context):
        if path := os.environ.get("SHOP_CALLS"):
            with Path(path).open("a") as file:
                file.write(f"{sample.id}\n")
        noise = context.rng(sample).normal(0, 0.1, sample.degraded.shape)
        return Restoration(np.clip(sample.degraded + noise, 0, 1).astype(np.float32), nfe=1)


class Failing(Noisy):
    """Fails at every fourth sample."""

    def restore(self, sample, context):
        if int(sample.id[-4:]) % 4 == 3:
            raise ZeroDivisionError("no luck with this one")
        return super().restore(sample, context)


@hookimpl
def restorebench_tasks():
    return [TaskSpec(name="shop", title="Shop", summary="Dark", protocol="ntire-crop1")]


@hookimpl
def restorebench_datasets():
    more = {"task": "shop", "summary": "Squares"}
    return [
        DatasetSpec(name="shop-squares", target="shop_task:dataset", generated=True, **more),
        DatasetSpec(name="shop-nothing", target="shop_task:empty", default=False, **more),
    ]


@hookimpl
def restorebench_restorers():
    def spec(name: str) -> RestorerSpec:
        target = f"shop_task:{name.title()}"
        return RestorerSpec(name=name, summary=name, target=target, tasks=("shop",), default=False)

    return [spec("slow"), spec("noisy"), spec("failing")]
