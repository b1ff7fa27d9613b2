"""Records of two tasks, fog and rain, and a suite that has them."""

from __future__ import annotations

from restorebench import Cost, DatasetSpec, Record, RestorerSpec, TaskSpec, hookimpl
from restorebench.plugins import Suite, inline

DOUBLE = 20 * 0.3010299956639812
"""Decibels by which the RMSE halves."""


class Weather:
    """Two tasks; `rain_by` is the column that ranks the second."""

    def __init__(self, rain_by: str = "psnr") -> None:
        self.rain_by = rain_by

    @hookimpl
    def restorebench_tasks(self):
        return [
            TaskSpec(name="fog", title="Fog removal", summary="Undo fog"),
            TaskSpec(name="rain", title="Rain removal", summary="Undo rain", rank_by=self.rain_by),
        ]

    @hookimpl
    def restorebench_datasets(self):
        sets = {"hills": "fog", "towns": "fog", "fog-extra": "fog", "roads": "rain"}
        return [
            DatasetSpec(name=n, task=t, summary=n, target="x:y", default=n != "fog-extra")
            for n, t in sets.items()
        ]

    @hookimpl
    def restorebench_restorers(self):
        def spec(name: str, method: str, **more) -> RestorerSpec:
            return RestorerSpec(name=name, summary=name, target="x:y", method=method, **more)

        return [
            spec("fog-net", "net", tasks=("fog",)),
            spec("rain-net", "net", tasks=("rain",)),
            spec("a-filter", "classical", tasks=("fog",), default=False),
            spec("c-filter", "classical", tasks=("fog",)),
            spec("b-filter", "classical", tasks=("fog",)),
        ]


def suite_of(rain_by: str = "psnr") -> Suite:
    """Core and the two tasks."""
    suite = Suite(plugins=[inline(Weather(rain_by), "weather")])
    assert not suite.failures
    return suite


def scored(restorer: str, dataset: str, *values: float, column: str = "psnr", **changes):
    """A record per value, of samples 0, 1, 2, … of a data set."""
    return [
        Record(
            **{
                "task": "rain" if dataset == "roads" else "fog",
                "dataset": dataset,
                "split": "test",
                "sample": f"{n:03d}",
                "restorer": restorer,
                "options": {},
                "revision": 1,
                "draw": 0,
                "seed": 0,
                "protocol": "as-given",
                "protocol_hash": "a" * 16,
                "dataset_hash": "d" * 32,
                "input": f"i{n}",
                "target": f"t{n}",
                "prediction": f"p{n}",
                "scores": {column: value},
                "missing": {},
                "cost": Cost(0.5),
                "error": None,
                "provenance": "run-1",
                **changes,
            }
        )
        for n, value in enumerate(values)
    ]


def plain_records() -> list[Record]:
    """Net is 6.02 dB above identity on all three data sets, a filter is below it on one."""
    return [
        *scored("identity", "hills", 20, 22),
        *scored("identity", "towns", 10, 12),
        *scored("identity", "roads", 30, 32),
        *scored("fog-net", "hills", 20 + DOUBLE, 22 + DOUBLE),
        *scored("fog-net", "towns", 10 + DOUBLE, 12 + DOUBLE),
        *scored("rain-net", "roads", 30 + DOUBLE, 32 + DOUBLE),
        *scored("b-filter", "hills", 21, 23),
        *scored("b-filter", "towns", 9, 11),
    ]
