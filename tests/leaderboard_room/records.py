"""Small records and a small suite for the tests of leaderboards."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from restorebench import Cost, MetricSpec, ProtocolSpec, Record, TaskSpec, hookimpl
from restorebench.plugins import Suite, inline


class Plugin:
    """A task ranked by PSNR, and three metrics."""

    @hookimpl
    def restorebench_tasks(self) -> Iterable[TaskSpec]:
        return [TaskSpec(name="deblur", title="Deblurring", summary="Undo blur", protocol="rgb-x")]

    @hookimpl
    def restorebench_protocols(self) -> Iterable[ProtocolSpec]:
        return [ProtocolSpec(name="rgb-x", summary="As a test", target="nowhere:rule")]

    @hookimpl
    def restorebench_metrics(self) -> Iterable[MetricSpec]:
        return [
            _metric("sharpness", higher=True, digits=2),
            _metric("distance", higher=False, digits=3),
        ]


def _metric(name: str, *, higher: bool, digits: int) -> MetricSpec:
    return MetricSpec(
        name=name, summary=name, target="nowhere:it", higher_is_better=higher, digits=digits
    )


class ByDistance(Plugin):
    """The same task, ranked by a metric of which less is better."""

    @hookimpl
    def restorebench_tasks(self) -> Iterable[TaskSpec]:
        (task,) = super().restorebench_tasks()
        return [
            TaskSpec(
                name=task.name,
                title=task.title,
                summary=task.summary,
                protocol=task.protocol,
                rank_by="distance",
            )
        ]


class BySharpness(ByDistance):
    """The same task, ranked by a metric of which more is better."""

    @hookimpl
    def restorebench_tasks(self) -> Iterable[TaskSpec]:
        return [
            TaskSpec(
                name="deblur",
                title="Deblurring",
                summary="Undo blur",
                protocol="rgb-x",
                rank_by="sharpness",
            )
        ]


def suite_of(plugin: type[Plugin] = BySharpness) -> Suite:
    """Core and one plugin."""
    return Suite(plugins=[inline(plugin(), "deblur")])


def record(restorer: str, sample: str, *, seconds: float = 0.5, **changes: Any) -> Record:
    """A record of the deblurring task; everything can be changed."""
    values: dict[str, Any] = {
        "task": "deblur",
        "dataset": "streets",
        "split": "test",
        "options": {},
        "revision": 1,
        "draw": 0,
        "seed": 0,
        "protocol": "rgb-x",
        "protocol_hash": "a" * 32,
        "dataset_hash": "d" * 32,
        "input": "i",
        "target": "t",
        "prediction": "p",
        "scores": {},
        "missing": {},
        "cost": Cost(seconds),
        "error": None,
        "provenance": "run-1",
    }
    return Record(restorer=restorer, sample=sample, **{**values, **changes})


def failure(restorer: str, sample: str, error: str, **changes: Any) -> Record:
    """A record of a sample that failed."""
    return record(restorer, sample, prediction=None, cost=None, error=error, **changes)


def scored(restorer: str, *sharpness: float, **changes: Any) -> list[Record]:
    """One record per value, of the samples a, b, c, …"""
    return [
        record(restorer, sample, scores={"sharpness": value}, **changes)
        for sample, value in zip("abcdefgh", sharpness, strict=False)
    ]
