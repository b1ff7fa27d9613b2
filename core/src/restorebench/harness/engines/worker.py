"""On a worker: ranges are run one at a time, by restorers that are made once."""

from __future__ import annotations

import os
import pickle
import shutil
import socket
import tempfile
import time
import uuid
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

from restorebench.allocator import keep_freed_memory
from restorebench.data.dataset import Dataset, open_split
from restorebench.data.hashing import Identity
from restorebench.errors import EngineError, PluginError
from restorebench.harness.engines.ranges import Range, RangeResult, RunSpec
from restorebench.harness.engines.shard import FOLDER, Shard, is_shared
from restorebench.harness.run import FAILURES, Outcome, Runner
from restorebench.plugins import Suite, suite
from restorebench.specs import DatasetSpec
from restorebench.types import Record

MOST_RECORDS = 8192
"""Records after which a worker begins a new shard, so that its memory does not grow."""

_TURN = Lock()  # a worker with several threads: restorers and measurements are not made for that
_WORKERS: dict[str, _Worker] = {}


def run_range(given: Range) -> RangeResult:
    """Run a range in this process; what its code raises is part of the result."""
    with _TURN:
        worker = _WORKERS.get(given.run.name)
        if worker is None:
            _WORKERS.clear()  # of runs before: their restorers take memory
            worker = _WORKERS[given.run.name] = _Worker(given.run)
        return worker.result(given)


def hashes_of(
    own: tuple[DatasetSpec, ...], name: str, split: str, ids: Sequence[str]
) -> Mapping[str, Identity]:
    """The hashes of those samples; `own` are data sets that only the driver's command knows."""
    dataset = _opened(own, name, split)
    return {sample_id: dataset.identity(sample_id) for sample_id in ids}


@lru_cache(maxsize=4)
def _opened(own: tuple[DatasetSpec, ...], name: str, split: str) -> Dataset:
    return open_split(suite().with_datasets(own, "driver"), name, split)


def versions(found: Suite) -> tuple[tuple[str, str], ...]:
    """Of core and the plugins, by distribution."""
    return tuple(sorted({(r.provider.distribution, r.provider.version) for r in found.reports}))


class _Worker:
    """The runner of this process for one run."""

    def __init__(self, run: RunSpec) -> None:
        keep_freed_memory()
        _check_versions(run)
        self._spec = run
        self._shared = is_shared(Path(run.folder, FOLDER, run.name), run.token)
        self._suite = suite().with_datasets(run.datasets, "driver")
        self._begin()

    def result(self, given: Range) -> RangeResult:
        """Run a range."""
        if sum(1 for _ in self._shard.records()) > MOST_RECORDS:
            self._begin()
        outcomes: list[Outcome] = []
        start, error = time.perf_counter(), None
        try:
            self._shard.know(given.known)
            self._runner.splits.expect(given.cell, given.hashes)
            outcomes.extend(self._runner.run(given.cell, given.units))
        except FAILURES as problem:
            error = _portable(problem)
        seconds = time.perf_counter() - start
        facts = {r.provenance: self._shard.provenance(r.provenance) for r in _made(outcomes)}
        known: Mapping[str, Mapping[str, Any]] = {k: v for k, v in facts.items() if v is not None}
        images = {} if self._shared else self._taken_images()
        return RangeResult(tuple(outcomes), error, known, seconds, images)

    def _begin(self) -> None:
        """A new shard, and a runner with it."""
        name = f"{socket.gethostname()}-{os.getpid()}-{uuid.uuid4().hex[:8]}"
        if self._shared:
            folder = Path(self._spec.folder)
            self._shard = Shard(folder / FOLDER / self._spec.name / name, folder / "images")
        else:
            place = Path(tempfile.mkdtemp(prefix="restorebench-"))
            self._shard = Shard(place / name, place / "images")
        settings = self._spec.settings
        self._runner = Runner(self._suite, self._shard, settings, kept=lambda record: None)

    def _taken_images(self) -> dict[str, bytes]:
        """The images that were made, which are not kept here."""
        folder = self._shard.images.folder
        found = {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.glob("*/*.png")}
        shutil.rmtree(folder, ignore_errors=True)
        return found


def _made(outcomes: list[Outcome]) -> list[Record]:
    return [outcome.record for outcome in outcomes]


def _check_versions(run: RunSpec) -> None:
    """`EngineError` where this process has other code than the driver."""
    if (own := versions(suite())) != run.versions:
        there = ", ".join(" ".join(pair) for pair in sorted(set(run.versions) - set(own)))
        here = ", ".join(" ".join(pair) for pair in sorted(set(own) - set(run.versions)))
        msg = (
            f"the worker on {socket.gethostname()} has {here or 'nothing'} where the driver has "
            f"{there or 'nothing'}; install the same versions on all machines"
        )
        raise EngineError(msg)


def _portable(error: BaseException) -> Exception:
    """An error that survives its way to the driver."""
    text = PluginError(f"{type(error).__name__}: {error}")
    try:
        again = pickle.loads(pickle.dumps(error))
    except Exception:  # an exception with arguments of its own
        return text
    return again if isinstance(again, Exception) else text
