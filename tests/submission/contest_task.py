"""Two tiny tasks for a contest: one view with a condition and a mask, and two views enlarged."""

from __future__ import annotations

import numpy as np

from restorebench import (
    ConditionField,
    DatasetSpec,
    Restoration,
    RestorerSpec,
    Sample,
    TaskSpec,
    hookimpl,
)
from restorebench.data.colour import through_8bit
from restorebench.data.dataset import Dataset

IDS = {"val": ("val-0",), "test": ("test-0", "test-1", "test-2")}


def dim(split: str) -> Dataset:
    return Dataset("dim-set", split, IDS[split], make_dim)


def make_dim(sample_id: str) -> Sample:
    rng = np.random.default_rng(int(sample_id[-1]))
    target = through_8bit(rng.uniform(0.2, 0.8, (1, 3, 32, 40)))
    mask = (rng.uniform(size=(1, 32, 40)) > 0.5).astype(np.float32)
    gain = np.array([0.5 + 0.1 * int(sample_id[-1])], np.float32)
    return Sample(sample_id, through_8bit(target * gain), target, gain, mask)


def pair(split: str) -> Dataset:
    return Dataset("pair-set", split, IDS[split], make_pair)


def make_pair(sample_id: str) -> Sample:
    rng = np.random.default_rng(int(sample_id[-1]))
    target = through_8bit(rng.uniform(0.2, 0.8, (2, 3, 32, 40)))
    return Sample(sample_id, target[..., ::2, ::2].copy(), target, scale=2)


class Darken:
    def restore(self, sample, context):
        return Restoration(sample.degraded * np.float32(0.5))


@hookimpl
def restorebench_tasks():
    gain = ConditionField(name="gain", unit="1")
    more = {"protocol": "ntire-crop1"}
    return [
        TaskSpec(name="dim", title="Dim light", summary="Brighten", condition=(gain,), **more),
        TaskSpec(
            name="pair",
            title="Pairs",
            summary="Enlarge",
            views=2,
            resizes=True,
            reference="bicubic",
            **more,
        ),
    ]


@hookimpl
def restorebench_datasets():
    def spec(name: str, task: str, **more) -> DatasetSpec:
        target = f"contest_task:{task}"
        return DatasetSpec(name=name, task=task, summary=name, target=target, **more)

    both = {"splits": ("val", "test")}
    return [spec("dim-set", "dim", **both), spec("pair-set", "pair", **both)]


@hookimpl
def restorebench_restorers():
    target = "contest_task:Darken"
    return [RestorerSpec(name="darken", summary="½", target=target, tasks=("dim",))]
