"""A small task for the engine's tests: tiny images, and restorers that end their process."""

from __future__ import annotations

import os
import time
from pathlib import Path

import numpy as np

from restorebench import DatasetSpec, Restoration, RestorerSpec, Sample, TaskSpec, hookimpl
from restorebench.data.colour import through_8bit
from restorebench.data.dataset import Dataset

COUNT = 24


def make(sample_id: str) -> Sample:
    if path := os.environ.get("FARM_MADE"):
        with Path(path).open("a") as file:
            file.write(f"{os.getpid()}\n")
    rng = np.random.default_rng(int(sample_id[-4:]))
    target = through_8bit(rng.uniform(0, 1, (1, 3, 16, 20)))
    return Sample(sample_id, through_8bit(target * 0.5), target)


def dataset(split: str) -> Dataset:
    ids = tuple(f"{split}-{number:04d}" for number in range(COUNT))
    return Dataset("farm-squares", split, ids, make)


def begun(dask_scheduler) -> list[str]:
    """What a scheduler remembers of work that was begun."""
    return list(dask_scheduler.extensions["events"]._events)


class Noisy:
    """Adds noise; notes its process in $FARM_CALLS.

    It waits, the longer the later the sample; from the sixth on, until there is a file `gate`.
    """

    def __init__(self, pause: float = 0.0, gate: str = "") -> None:
        self.pause, self.gate = pause, gate
        self.note("made")

    def note(self, what: str) -> None:
        if path := os.environ.get("FARM_CALLS"):
            with Path(path).open("a") as file:
                file.write(f"{os.getpid()} {what}\n")

    def restore(self, sample, context):
        self.note(sample.id)
        number = int(sample.id[-4:])
        time.sleep(self.pause * (1 + number % 4))
        while self.gate and number > 4 and not Path(self.gate).exists():
            time.sleep(0.05)
        noise = context.rng(sample).normal(0, 0.1, sample.degraded.shape)
        return Restoration(np.clip(sample.degraded + noise, 0, 1).astype(np.float32), nfe=1)


class Deadly(Noisy):
    """Ends its process at the sample `at` (`how` many times; always by default)."""

    def __init__(self, at: int = 5, how: int = 10**6, pause: float = 0.0) -> None:
        super().__init__(pause)
        self.at, self.how = at, how

    def restore(self, sample, context):
        if self.at in {int(sample.id[-4:]), -1}:
            self.note(f"dies at {sample.id}")
            died = Path(os.environ["FARM_CALLS"]).read_text().count("dies at")
            if died <= self.how:
                os._exit(0)
        return super().restore(sample, context)


class Hanging(Noisy):
    """Never comes back from the sample `at`."""

    def __init__(self, at: int = 5) -> None:
        super().__init__()
        self.at = at

    def restore(self, sample, context):
        if self.at == int(sample.id[-4:]):
            print("waiting for something", flush=True)
            time.sleep(3600)
        return super().restore(sample, context)


class Failing(Noisy):
    def __init__(self, at_once: bool = False) -> None:
        super().__init__()
        if at_once:
            raise RuntimeError("cannot be made")

    def restore(self, sample, context):
        if sample.id.endswith("3"):
            raise ZeroDivisionError("no luck with this one")
        return super().restore(sample, context)


@hookimpl
def restorebench_tasks():
    return [TaskSpec(name="farm", title="Farm", summary="Dark", protocol="ntire-crop1")]


@hookimpl
def restorebench_datasets():
    target = "farm_task:dataset"
    return [DatasetSpec(name="farm-squares", summary="Squares", task="farm", target=target)]


@hookimpl
def restorebench_restorers():
    def spec(name: str, **more) -> RestorerSpec:
        target = f"farm_task:{name.title()}"
        return RestorerSpec(
            name=name, summary=name, target=target, tasks=("farm",), default=False, **more
        )

    return [spec("noisy", draws=2), spec("deadly"), spec("hanging"), spec("failing")]
