"""A toy task for the harness's tests: tiny images and restorers that behave and misbehave."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import numpy as np

from restorebench import DatasetSpec, Restoration, RestorerSpec, Sample, TaskSpec, hookimpl
from restorebench.data.colour import through_8bit
from restorebench.data.dataset import Dataset

IDS = tuple(f"test-{number:04d}" for number in range(4))


def dataset(split: str) -> Dataset:
    return Dataset("toy-squares", split, IDS, make)


def make(sample_id: str) -> Sample:
    rng = np.random.default_rng(int(sample_id[-4:]))
    target = through_8bit(rng.uniform(0, 1, (1, 3, 32, 40)))
    return Sample(sample_id, through_8bit(target * 0.5), target)


class Brighten:
    """Doubles; appends a line to $TOY_CALLS for each call."""

    def __init__(self, factor: float = 2.0, pause: float = 0.0) -> None:
        self.factor, self.pause = factor, pause

    def restore(self, sample, context):
        assert sample.target is None
        if path := os.environ.get("TOY_CALLS"):
            with Path(path).open("a") as file:
                file.write(f"{sample.id}\n")
        time.sleep(self.pause)
        return Restoration(np.clip(sample.degraded * np.float32(self.factor), 0, 1))


class FromFiles(Brighten):
    """One whose output depends on more than its options."""

    def fingerprint(self, sample_id, views):
        return f"{sample_id} in {views} views"


class Noisy:
    def restore(self, sample, context):
        noise = context.rng(sample).normal(0, 0.1, sample.degraded.shape)
        return Restoration(np.clip(sample.degraded + noise, 0, 1).astype(np.float32), nfe=1)


class Failing:
    def restore(self, sample, context):
        if sample.id == IDS[1]:
            raise ZeroDivisionError("no luck with this one")
        return Restoration(sample.degraded)


class Exiting:
    """Ends the program, at the second sample or at once."""

    def __init__(self, at_once: bool = False) -> None:
        if at_once:
            sys.exit(0)

    def restore(self, sample, context):
        if sample.id == IDS[1]:
            sys.exit(0)
        return Restoration(sample.degraded)


class Counting:
    """Says a cost that `value` is written for."""

    def __init__(self, value: str) -> None:
        self.value = {"numpy": np.int64(3), "huge": 10**400}.get(value, value)

    def restore(self, sample, context):
        return Restoration(sample.degraded, nfe=self.value)


class Bytes:
    def restore(self, sample, context):
        return Restoration(sample.degraded * np.float32(255))


class WrongSize:
    def restore(self, sample, context):
        return Restoration(sample.degraded[..., :-1])


@hookimpl
def restorebench_tasks():
    return [TaskSpec(name="toy", title="Toy", summary="Dark squares", protocol="ntire-rgb")]


@hookimpl
def restorebench_datasets():
    return [
        DatasetSpec(
            name="toy-squares",
            task="toy",
            summary="Squares",
            target="toy_task:dataset",
            generated=True,
        )
    ]


@hookimpl
def restorebench_restorers():
    def spec(name: str, target: str, **more) -> RestorerSpec:
        return RestorerSpec(
            name=name, summary=name, target=f"toy_task:{target}", tasks=("toy",), **more
        )

    return [
        spec("brighten", "Brighten"),
        spec("from-files", "FromFiles", default=False),
        spec("noisy", "Noisy", draws=2),
        spec("failing", "Failing", default=False),
        spec("exiting", "Exiting", default=False),
        spec("counting", "Counting", default=False),
        spec("in-bytes", "Bytes", default=False),
        spec("wrong-size", "WrongSize", default=False),
    ]
