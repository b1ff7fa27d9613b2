"""A task whose restorer and metric wait for one another: they go on only if both are at work."""

from __future__ import annotations

from threading import Barrier, get_ident

import numpy as np

from restorebench import (
    DatasetSpec,
    MetricSpec,
    ProtocolSpec,
    Restoration,
    RestorerSpec,
    Sample,
    TaskSpec,
    hookimpl,
)
from restorebench.data.colour import through_8bit
from restorebench.data.dataset import Dataset
from restorebench.metrics import Measure, Metric, Protocol

COUNT = 6
PATIENCE = 60.0
"""Seconds after which one that waits gives up, which its record shows."""

MEETING = Barrier(2)
THREADS: dict[str, set[int]] = {"restorer": set(), "metric": set(), "hook": set()}


def make(sample_id: str) -> Sample:
    level = np.full((1, 3, 8, 8), number(sample_id) / 255)
    return Sample(sample_id, through_8bit(level), through_8bit(level))


def dataset(split: str) -> Dataset:
    return Dataset("meetings", split, tuple(f"test-{n}" for n in range(COUNT)), make)


def number(sample_id: str) -> int:
    return int(sample_id.rpartition("-")[2])


class Meeting:
    """From the third image on, it meets the metric that is at work on the image before."""

    def restore(self, sample, context):
        THREADS["restorer"].add(get_ident())
        if number(sample.id) >= 2:
            MEETING.wait(PATIENCE)
        return Restoration(sample.degraded)


class Interrupted:
    """Ctrl-C at the fourth image, while the metric is at work on the third."""

    def restore(self, sample, context):
        if number(sample.id) == 3:
            MEETING.wait(PATIENCE)
            raise KeyboardInterrupt
        return Restoration(sample.degraded)


class Level(Metric):
    """Its number is that of the image; the second to the last but one meet the restorer."""

    meets: tuple[int, ...] = ()

    def compute(self, prediction, target, region, measure):
        THREADS["metric"].add(get_ident())
        level = int(prediction[0, 0, 0])
        if level in self.meets:
            MEETING.wait(PATIENCE)
        return float(level)


LEVEL = Level()
PROTOCOL = Protocol("levels", {"level": Measure("level", "1")})


@hookimpl
def restorebench_metrics():
    where = "meeting_task:LEVEL"
    return [MetricSpec(name="level", summary="Level", target=where, higher_is_better=True)]


@hookimpl
def restorebench_protocols():
    return [ProtocolSpec(name="levels", summary="Levels", target="meeting_task:PROTOCOL")]


@hookimpl
def restorebench_tasks():
    return [TaskSpec(name="meet", title="Meet", summary="Levels", protocol="levels")]


@hookimpl
def restorebench_datasets():
    more = {"summary": "Levels", "target": "meeting_task:dataset", "generated": True}
    return [DatasetSpec(name="meetings", task="meet", **more)]


@hookimpl
def restorebench_restorers():
    targets = {"meeting": "meeting_task:Meeting", "interrupted": "meeting_task:Interrupted"}
    return [
        RestorerSpec(name=name, summary=name, target=target, tasks=("meet",))
        for name, target in targets.items()
    ]


@hookimpl
def restorebench_scored(record):
    THREADS["hook"].add(get_ident())
