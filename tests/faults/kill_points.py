"""Runs that are killed at chosen points and gone on with, and what must hold of their store.

Shared by ``test_kill_points.py`` and ``kill_campaign.py``. After each kill: every record that was
finished before is there, as it was; none stands twice; all are those of a run without kills, with
their images; ``restorebench leaderboard`` shows the means of exactly those. In the end the store is
that of the run without kills.
"""

from __future__ import annotations

import json
import math
import os
import random
import signal
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from statistics import fmean
from typing import Any, NamedTuple

import pyarrow.parquet as pq

from restorebench.harness.engines.shard import FOLDER
from restorebench.harness.images import ImageStore
from restorebench.harness.jsonl import parsed
from restorebench.harness.parquet.columns import LINE
from restorebench.harness.record_json import decode, encode
from restorebench.harness.record_keys import record_key
from restorebench.harness.record_log import RecordLog
from restorebench.harness.store import Store
from restorebench.types import Record

RESTORERS = ("--restorer", "noisy", "--restorer", "failing", "--restorer", "identity")
FAILED = 1
"""The honest exit status of a whole run: one restorer fails at every fourth sample."""

CALLS = 12 + 9
"""Restorations of `RESTORERS` that end, without those that give the input back."""

PATIENCE = 600.0
"""Seconds in which a command ends, also on a machine that has much else to do."""

LINES = {"driver": 20_000, "compact": 2_000, "dask driver": 7_000, "dask worker": 14_000}
"""How many lines of ``killed_run.WRITERS`` one executes, about."""


def plain(record: Record) -> str:
    """A record without what differs between any two runs."""
    line = encode(record)
    cost = {k: v for k, v in (line["cost"] or {}).items() if k not in {"seconds", "peak_bytes"}}
    extra = {k: v for k, v in line["extra"].items() if k != "traceback"}
    return json.dumps({**line, "cost": cost, "extra": extra, "provenance": ""}, sort_keys=True)


def images(folder: Path) -> dict[str, bytes]:
    """The files of images by their names."""
    return {path.name: path.read_bytes() for path in folder.glob("images/*/*.png")}


def every_record(folder: Path) -> list[Record]:
    """What a store has on disk, also what stands there twice."""
    log = RecordLog(folder)
    lines = [line for _, line in log.each_new(lambda: None)]
    for part in log.indexed:
        lines += map(parsed, pq.read_table(part.parquet, columns=[LINE])[LINE].to_pylist())
    return [decode(line) for line in lines]


class Truth:
    """What a run without kills makes: its records, images and scores."""

    def __init__(self, folder: Path) -> None:
        records = list(Store(folder).records())
        assert len(records) == 36
        self.records = {record_key(record): plain(record) for record in records}
        self.scores = {record_key(record): dict(record.scores) for record in records}
        self.images = images(folder)


class Toll(NamedTuple):
    """How often a store was killed, and how many finished records that lost and doubled."""

    kills: int = 0
    lost: int = 0
    doubled: int = 0

    def __or__(self, other: Toll) -> Toll:
        """Both together."""
        return Toll(*map(sum, zip(self, other, strict=True)))


class Trial:
    """A store that is killed again and again; each `check` compares with all checks before."""

    def __init__(self, place: Any, results: str, truth: Truth) -> None:
        self.place, self.truth = place, truth
        self.results, self.folder = results, place.folder / results
        self.toll = Toll()
        self._images = ImageStore(self.folder / "images")
        self._finished: dict[Any, set[str]] = {}
        self._shown: set[Any] | None = None

    def check(self, kills: int = 0) -> None:
        """Count and compare what must hold when no driver is at work."""
        kept = set(self.check_records())
        keys = [record_key(record) for record in every_record(self.folder)]
        doubled = len(keys) - len(set(keys))
        self.toll |= Toll(kills, len(set(self._finished) - kept), doubled)
        if set(keys) != self._shown:
            self._check_board(set(keys))
        self._shown = set(keys)

    def check_records(self) -> list[Any]:
        """What must hold of records at any time; the keys of those that are there."""
        shards = [path.parent for path in self.folder.glob(f"{FOLDER}/*/*/records.jsonl")]
        return [key for folder in (self.folder, *shards) for key in self._checked_keys(folder)]

    def lines(self) -> int:
        """How many records there are, with those of shards that are not merged."""
        files = [self.folder / "records.jsonl", *self.folder.glob(f"{FOLDER}/*/*/records.jsonl")]
        found = 0
        for path in files:
            with suppress(FileNotFoundError):  # not yet, or merged just now
                found += path.read_bytes().count(b"\n")
        return found

    def check_end(self, status: int, errors: str) -> Toll:
        """What must hold when a run has come to its end; what all kills together have cost."""
        assert status == FAILED, errors
        assert "Traceback" not in errors, errors
        self.check()
        stored = {record_key(record): plain(record) for record in Store(self.folder).records()}
        assert stored == self.truth.records
        assert images(self.folder) == self.truth.images
        return self.toll

    def _checked_keys(self, folder: Path) -> list[Any]:
        """The keys of a store: no record changed, each as in the run without kills, with its image.

        A unit that was sent to two workers can have been finished by both.
        """
        records = every_record(folder)
        for record in records:
            key, text = record_key(record), json.dumps(encode(record), sort_keys=True)
            assert plain(record) == self.truth.records[key]
            seen = self._finished.setdefault(key, set())
            assert not seen or text in seen or FOLDER in folder.parts, "it was made again"
            seen.add(text)
            if record.prediction is not None:  # raises unless it is whole
                self._images.get(record.prediction, views=1)
        return [record_key(record) for record in records]

    def _check_board(self, stored: set[Any]) -> None:
        done = self.place.restorebench("leaderboard", "--results", self.results, "--format", "json")
        if not stored:
            assert done.returncode == 2
            assert "there are no records in" in done.stderr
            return
        assert done.returncode == 0, done.stderr
        rows = {row["label"]: row for row in _rows(json.loads(done.stdout))}
        for label in {key[5] for key in stored}:
            scores = [self.truth.scores[key] for key in stored if key[5] == label]
            self._check_row(rows[label], [found for found in scores if found])

    @staticmethod
    def _check_row(row: Mapping[str, Any], scores: list[dict[str, float]]) -> None:
        assert row["images"] == len(scores)
        for name in scores[0] if scores else ():
            mean = fmean(found[name] for found in scores)
            assert math.isclose(row["means"][name], mean, rel_tol=1e-9), (row["label"], name)


class Kills:
    """Ways to kill a run and to go on with it: each takes a fresh store and gives its toll.

    `seed` chooses the lines. The store is checked after each kill and at the end.
    """

    def __init__(self, place: Any, warm_start: Any, workers: Any, seed: int) -> None:
        self.place, self._warm, self.workers = place, warm_start, workers
        self._rng = random.Random(seed)
        self._trials = 0
        assert self._run("0", "-", "truth").wait(PATIENCE).returncode == FAILED
        self._truth = Truth(place.folder / "truth")

    def driver(self) -> Toll:
        """The only process of the local engine; a kill costs the restoration under way, no more."""
        calls = self.place.folder / "calls"
        calls.write_text("")
        run = {**self.place.environment, "SHOP_CALLS": str(calls)}
        toll = self._again_and_again(
            lambda trial: self._run(self._line("driver"), "-", trial, environment=run)
        )
        assert CALLS <= len(calls.read_text().split()) <= CALLS + toll.kills
        return toll

    def compaction(self) -> Toll:
        """A run and the compaction of its records, by turns, until both come to their end."""
        trial = self._trial()
        killed = True
        while killed:
            done = self._run(self._line("driver"), "-", trial.results).wait(PATIENCE)
            killed = self._killed(trial, done)
            compact = ("compact", "--results", trial.results)
            compacted = self._command(self._line("compact"), "-", *compact).wait(PATIENCE)
            killed |= self._killed(trial, compacted)
        assert compacted.returncode == 0, compacted.stderr
        assert not trial.folder.joinpath("records.jsonl").exists()
        return trial.check_end(done.returncode, done.stderr)

    def dask_driver(self) -> Toll:
        """The driver of two workers, which go on."""
        self.workers.ready(0, 0)
        line = lambda: self._line("dask driver")  # noqa: E731
        return self._again_and_again(lambda trial: self._run_on_workers(line(), "-", trial))

    def dask_both(self) -> Toll:
        """Driver and both workers at the same moment."""

        def begin(results: str) -> Any:
            also = ",".join(map(str, self.workers.ready(0, 0)))
            return self._run_on_workers(self._line("dask driver"), also, results)

        return self._again_and_again(begin)

    def dask_worker(self) -> Toll:
        """Each of two workers; others take their places, and the run goes on to its end."""
        trial = self._trial()
        self.workers.ready(*(int(self._line("dask worker")) for _ in range(2)))
        run = self._run_on_workers("0", "-", trial.results)
        while run.process.exitcode is None:
            if dead := self.workers.replace_dead():
                trial.toll |= Toll(dead)
                trial.check_records()
            time.sleep(0.02)
        done = run.wait(PATIENCE)
        return trial.check_end(done.returncode, done.stderr)

    def cluster_workers(self) -> Toll:
        """Two of the four workers that a run begins itself, at random moments; it begins others."""
        trial = self._trial()
        run = self._run_with_four(trial)
        for _ in range(2):
            if (found := self._working(trial, run)) and _kill(self._rng.choice(found)):
                trial.toll |= Toll(1)
                trial.check_records()
        done = run.wait(PATIENCE)
        return trial.check_end(done.returncode, done.stderr)

    def cluster(self) -> Toll:
        """Such a run with some or all of its workers, at a random moment; it is gone on with."""
        trial = self._trial()
        run = self._run_with_four(trial)
        found = self._working(trial, run)
        victims = self._rng.sample(found, self._rng.randint(0, len(found)))
        if found and _kill(run.process.pid):
            kills = 1 + sum(map(_kill, victims))
            run.wait(PATIENCE)
            trial.check(kills)
        return self._again_and_again(lambda trial: self._run("0", "-", trial), trial)

    def _run_with_four(self, trial: Trial) -> Any:
        command = ("-m", "restorebench", "run", *RESTORERS, "--results", trial.results)
        whole = (*command, "--workers", "4")
        return self._warm.Started(whole, self.place.folder, self.place.environment)

    def _working(self, trial: Trial, run: Any) -> list[int]:
        """The processes that have begun a shard, once a random number of records is there."""
        goal = self._rng.randint(1, 30)
        while run.process.exitcode is None and trial.lines() < goal:
            time.sleep(0.002)
        if run.process.exitcode is not None:
            return []
        alive = [int(path.name.split("-")[-2]) for path in trial.folder.glob(f"{FOLDER}/*/*/")]
        return [process for process in alive if Path(f"/proc/{process}").exists()]

    def _again_and_again(self, begin: Callable[[str], Any], trial: Trial | None = None) -> Toll:
        trial = trial or self._trial()
        while self._killed(trial, done := begin(trial.results).wait(PATIENCE)):
            pass
        assert list(trial.folder.rglob("*.part")) == []
        return trial.check_end(done.returncode, done.stderr)

    def _killed(self, trial: Trial, done: Any) -> bool:
        """Whether a command was killed; the store is checked then."""
        if killed := done.returncode == -signal.SIGKILL:
            trial.check(kills=1)
        return killed

    def _trial(self) -> Trial:
        self._trials += 1
        return Trial(self.place, f"killed-{self._trials}", self._truth)

    def _line(self, what: str) -> str:
        return str(self._rng.randrange(1, LINES[what]))

    def _run(self, line: str, also: str, results: str, *more: str, **given: Any) -> Any:
        return self._command(line, also, "run", *RESTORERS, "--results", results, *more, **given)

    def _command(self, line: str, also: str, *command: str, environment: Any = None) -> Any:
        whole = ("-m", "killed_run", line, also, "restorebench", *command)
        environment = environment or self.place.environment
        return self._warm.Started(whole, self.place.folder, environment)

    def _run_on_workers(self, line: str, also: str, results: str) -> Any:
        return self._run(line, also, results, "--scheduler", self.workers.address)


def _kill(process: int) -> bool:
    """Whether there was one to be killed."""
    with suppress(ProcessLookupError):
        os.kill(process, signal.SIGKILL)
        return True
    return False


def _rows(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    (board,) = document["boards"]
    (section,) = board["sections"]
    return section["rows"]
