"""A plugin for measurements: restorations that take as long as they should, some ten times."""

from __future__ import annotations

import os
import time
from pathlib import Path

import numpy as np

from restorebench import DatasetSpec, Restoration, RestorerSpec, Sample, TaskSpec, hookimpl
from restorebench.data.colour import through_8bit
from restorebench.data.dataset import Dataset
from restorebench.restorers.base import Context

COUNT = int(os.environ.get("SKEWED_COUNT", "48"))
SIZE = int(os.environ.get("SKEWED_SIZE", "32"))


def factor(number: int) -> float:
    """Each eighth image takes ten times as long as the others."""
    return 10.0 if number % 8 == 7 else 1.0


def make(sample_id: str) -> Sample:
    rng = np.random.default_rng(int(sample_id[-6:]))
    slope = np.linspace(0.2, 0.8, SIZE)[:, None] + np.zeros((1, 3, SIZE, SIZE))
    target = through_8bit(np.clip(slope + rng.normal(0, 0.05, slope.shape), 0, 1))
    return Sample(sample_id, through_8bit(target * 0.5), target)


def dataset(split: str) -> Dataset:
    return Dataset("skewed", split, tuple(f"{split}-{n:06d}" for n in range(COUNT)), make)


class Skewed:
    """Takes `seconds`, ten times for each eighth image; waits, or computes for as long.

    What it computes is a number of multiplications that takes `seconds` where nothing else runs. It
    notes process, begin, end and what it should take of each restoration in $SKEWED_LOG.
    """

    def __init__(self, seconds: float = 0.1, computes: bool = False, rate: float = 1e6) -> None:
        self.seconds, self.computes, self.rate = seconds, computes, rate

    def restore(self, sample: Sample, context: Context) -> Restoration:
        begin, seconds = time.time(), self.seconds * factor(int(sample.id[-6:]))
        if self.computes:
            work(round(seconds * self.rate))
        else:
            time.sleep(seconds)
        if log := os.environ.get("SKEWED_LOG"):
            with Path(log).open("a") as file:
                file.write(f"{os.getpid()} {begin} {time.time()} {seconds}\n")
        return Restoration(sample.degraded)


def work(rounds: int) -> None:
    """Compute something, in one thread."""
    value = 1.0
    for _ in range(rounds):
        value = value * 1.0000001 + 1e-9


@hookimpl
def restorebench_tasks() -> list[TaskSpec]:
    return [TaskSpec(name="skewed", title="Skewed", summary="Dark", protocol="ntire-rgb")]


@hookimpl
def restorebench_datasets() -> list[DatasetSpec]:
    target = "skewed_task:dataset"
    return [DatasetSpec(name="skewed", summary="Slopes", task="skewed", target=target)]


@hookimpl
def restorebench_restorers() -> list[RestorerSpec]:
    target = "skewed_task:Skewed"
    return [RestorerSpec(name="skewed", summary="Takes its time", target=target, tasks=("skewed",))]
