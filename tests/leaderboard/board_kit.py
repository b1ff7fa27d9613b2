"""Small records and a small suite for the tests of leaderboards."""

from __future__ import annotations

from restorebench import Cost, MetricSpec, ProtocolSpec, Record, TaskSpec, hookimpl
from restorebench.plugins import Suite, inline


class Deblurring:
    """A task and two metrics; `rank_by` says which of them ranks."""

    def __init__(self, rank_by: str = "sharpness", title: str = "Deblurring") -> None:
        self.rank_by, self.title = rank_by, title

    @hookimpl
    def restorebench_tasks(self):
        more = {"protocol": "as-given", "rank_by": self.rank_by}
        return [TaskSpec(name="deblur", title=self.title, summary="Undo blur", **more)]

    @hookimpl
    def restorebench_protocols(self):
        return [ProtocolSpec(name="as-given", summary="In a test", target="nowhere:rule")]

    @hookimpl
    def restorebench_metrics(self):
        more = {"summary": "of a test", "target": "nowhere:it"}
        return [
            MetricSpec(name="sharpness", higher_is_better=True, digits=2, unit="ac", **more),
            MetricSpec(name="distance", higher_is_better=False, digits=3, **more),
        ]


def suite_of(*arguments: str) -> Suite:
    """Core and one `Deblurring`."""
    suite = Suite(plugins=[inline(Deblurring(*arguments), "deblur")])
    assert not suite.failures
    return suite


def record(restorer: str, sample: str = "a", **changes) -> Record:
    """A record of the deblurring task; everything can be changed."""
    values = {
        "task": "deblur",
        "dataset": "streets",
        "split": "test",
        "options": {},
        "revision": 1,
        "draw": 0,
        "seed": 0,
        "protocol": "as-given",
        "protocol_hash": "a" * 16,
        "dataset_hash": "d" * 32,
        "input": "i",
        "target": "t",
        "prediction": "p",
        "scores": {},
        "missing": {},
        "cost": Cost(0.5),
        "error": None,
        "provenance": "run-1",
    }
    return Record(restorer=restorer, sample=sample, **{**values, **changes})


def failure(restorer: str, sample: str, error: str, **changes) -> Record:
    """A record of a sample that failed."""
    return record(restorer, sample, prediction=None, cost=None, error=error, **changes)


def scored(restorer: str, *values: float, column: str = "sharpness", **changes) -> list[Record]:
    """One record per value, of the samples a, b, c, …"""
    pairs = zip("abcdefgh", values, strict=False)
    return [record(restorer, sample, scores={column: v}, **changes) for sample, v in pairs]
