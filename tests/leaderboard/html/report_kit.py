"""A suite with one small task, and records of it, for the tests of reports."""

from __future__ import annotations

import math

import numpy as np

from restorebench import (
    Cost,
    DatasetSpec,
    Record,
    Restoration,
    RestorerSpec,
    Sample,
    TaskSpec,
    hookimpl,
)
from restorebench.data.colour import through_8bit
from restorebench.data.dataset import Dataset
from restorebench.plugins import Suite, inline

HOSTILE = "<script>window.hacked = 1</script><img src=x onerror='window.hacked = 2'>"
TEAMS = {
    # name: PSNR gain, seconds, parameters, network evaluations
    "AlphaHaze": (6.5, 1.75, 61_000_000, 4),
    "Nguyễn & Søn_50%": (6.375, 0.5, 17_250_000, 1),
    "清影 Lab": (5.0, 8.0, 130_000_000, 100),
    HOSTILE: (3.0, 0.25, 4_400_000, 1),
    "C:\\temp\\#1 {best} ~$^": (1.5, 0.0625, 900_000, 1),
}
IDS = ("test-0000", "test-0001", "test-0002")


def make(sample_id: str) -> Sample:
    """A smooth image of 48×64 and the same at half its brightness."""
    phase = int(sample_id[-4:])
    y, x = np.mgrid[0:48, 0:64] / 24
    planes = [np.sin(x * (c + 1) + phase) * np.cos(y + c) * 0.4 + 0.5 for c in range(3)]
    target = through_8bit(np.stack(planes)[None].astype(np.float32))
    return Sample(sample_id, through_8bit(target * 0.5), target)


def dataset(split: str) -> Dataset:
    return Dataset("waves", split, IDS, make)


class Brighten:
    """Multiplies by `factor`."""

    def __init__(self, factor: float = 2.0, label: str = "") -> None:
        self.factor = factor

    def restore(self, sample, context):
        bright = np.clip(sample.degraded * np.float32(self.factor), 0, 1)
        return Restoration(bright, nfe=1, parameters=1)


class Fog:
    """The task of the tests, with a data set of three images and a restorer."""

    @hookimpl
    def restorebench_tasks(self):
        more = {"summary": "Undo <fog> & haze", "protocol": "ntire-crop1"}
        return [TaskSpec(name="fog", title="Fog removal", **more)]

    @hookimpl
    def restorebench_datasets(self):
        return [DatasetSpec(name="waves", task="fog", summary="3", target=f"{__name__}:dataset")]

    @hookimpl
    def restorebench_restorers(self):
        target = f"{__name__}:Brighten"
        return [RestorerSpec(name="brighten", summary="×2", target=target, tasks=("fog",))]


def suite_of() -> Suite:
    """Core and the task."""
    suite = Suite(plugins=[inline(Fog(), "fog")])
    assert not suite.failures
    return suite


def record(team: str, sample: str, scores: dict[str, float], **changes) -> Record:
    """A record of the task; everything can be changed."""
    plain = team in {"identity", "brighten"}
    values = {
        "task": "fog",
        "dataset": "waves",
        "split": "test",
        "restorer": team if plain else "folder",
        "options": {} if plain else {"label": team, "path": "entry"},
        "revision": 1,
        "draw": 0,
        "seed": 0,
        "protocol": "told",
        "protocol_hash": "a" * 16,
        "dataset_hash": "d" * 32,
        "input": f"input of {sample}",
        "target": f"target of {sample}",
        "prediction": f"{team} on {sample}",
        "missing": {},
        "cost": Cost(0.001953125),
        "error": None,
        "provenance": "run-1",
    }
    return Record(sample=sample, scores=scores, **{**values, **changes})


def contest(images: int = 12, teams: int | None = None) -> list[Record]:
    """Teams and identity on `images` images; every number is a whole number of 64ths."""
    rng = np.random.default_rng(2024)
    names = [f"image-{n:04d}" for n in range(images)]
    hard = rng.integers(900, 1400, images) / 64
    records = [record("identity", n, _scores(h)) for n, h in zip(names, hard, strict=True)]
    chosen = (
        TEAMS if teams is None else {f"team {n:03d}": (n / 64, 0.5, 10**6, 1) for n in range(teams)}
    )
    for team, (gain, seconds, parameters, nfe) in chosen.items():
        psnr = hard + gain + rng.integers(-40, 40, images) / 64
        cost = Cost(seconds, 1 << 24, nfe, parameters, parameters * 1000)
        records += [
            record(team, n, _scores(p), cost=cost, missing={"lpips": "put w_50%.pth into /weights"})
            for n, p in zip(names, psnr, strict=True)
        ]
    return records


def extras() -> list[Record]:
    """A second data set with a perfect, an incomplete and a failing row."""
    there = {"dataset": "dunes", "dataset_hash": "e" * 32}
    names = ("dune-a", "dune-b")
    records = [record("identity", n, _scores(12.25), **there) for n in names]
    records += [record("brighten", n, {"psnr": math.inf, "ssim": 1.0}, **there) for n in names]
    records += [record("half", "dune-a", _scores(20.5), **there)]
    gone = {"prediction": None, "cost": None, "error": "ValueError: <b>bold</b> & \\broken"}
    records += [record("fails", n, {}, **there, **(gone if n == "dune-b" else {})) for n in names]
    return records


def _scores(psnr: float) -> dict[str, float]:
    return {"psnr": float(psnr), "ssim": float(psnr) / 64}
