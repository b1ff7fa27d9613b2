"""An image is scored while the next one is restored, and the store is as it is without that."""

from __future__ import annotations

import importlib
from dataclasses import replace
from pathlib import Path
from threading import Event, get_ident

import pytest

from restorebench.errors import StoreError
from restorebench.harness.plan import Cell, RestorerRef
from restorebench.harness.run import Runner, Settings
from restorebench.harness.run.scoring_thread import WAITING, WAITING_BYTES, Step, beside
from restorebench.harness.store import Store
from restorebench.plugins import Suite, inline
from restorebench.types import Record


@pytest.fixture
def task(monkeypatch):
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    module = importlib.import_module("meeting_task")
    module.MEETING.reset()
    monkeypatch.setattr(module.LEVEL, "meets", ())
    yield module
    module.MEETING.abort()


def runner(task, store: Store, kept: list[Record] | None = None) -> Runner:
    suite = Suite([inline(task, "meeting")])
    tell = None if kept is None else kept.append
    return Runner(suite, store, Settings(overlap=True), tell)


def plain(record: Record) -> Record:
    """A record without measurements, paths of a traceback, and which process it was."""
    cost = record.cost and replace(record.cost, seconds=0.0, peak_bytes=None)
    extra = {key: value for key, value in record.extra.items() if key != "traceback"}
    return replace(record, cost=cost, extra=extra, provenance="")


def images(store: Store) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in store.images.folder.rglob("*.png")}


def cell(name: str) -> Cell:
    return Cell("meet", "meetings", "test", RestorerRef(name))


def test_the_metric_is_at_work_on_an_image_while_the_next_one_is_restored(task, store):
    task.LEVEL.meets = (1, 2, 3, 4)
    records = [o.record for o in runner(task, store).run(cell("meeting"))]
    assert [r.error for r in records] == [None] * 6
    assert [r.scores for r in records] == [{"level": float(n)} for n in range(6)]
    assert list(store.records()) == records


def test_metrics_load_what_they_need_while_nothing_is_restored(task, store):
    """The first image is scored alone: the restorer would wait for its metric in vain."""
    task.LEVEL.meets = (1, 2, 3, 4)
    found = runner(task, store)
    list(found.run(cell("meeting"), [("test-0", 0)]))
    list(found.run(cell("meeting"), [(f"test-{n}", 0) for n in range(1, 6)]))
    assert [r.error for r in store.records()] == [None] * 6


def test_restorers_and_hooks_run_where_they_did(task, store):
    task.LEVEL.meets = (1, 2, 3, 4)
    for threads in task.THREADS.values():
        threads.clear()
    list(runner(task, store).run(cell("meeting")))
    assert task.THREADS["restorer"] == task.THREADS["hook"] == {get_ident()}
    assert get_ident() not in task.THREADS["metric"]


def test_ctrl_c_keeps_what_is_scored_then(task, store):
    task.LEVEL.meets, kept = (2,), []
    with pytest.raises(KeyboardInterrupt):
        list(runner(task, store, kept).run(cell("interrupted")))
    assert [r.sample for r in store.records()] == ["test-0", "test-1", "test-2"]
    assert list(store.records()) == kept


@pytest.mark.parametrize("written", ["noisy", "failing"])
def test_records_and_images_are_those_of_a_run_that_scores_in_between(suite, tmp_path, written):
    stores = [Store(tmp_path / name) for name in ("beside", "between")]
    for overlap, store in zip((True, False), stores, strict=True):
        own = Cell("toy", "toy-squares", "test", RestorerRef.parse(written), draws=2)
        outcomes = list(Runner(suite, store, Settings(overlap=overlap)).run(own))
        assert [o.record for o in outcomes] == list(store.records())
    beside, between = ([plain(r) for r in store.records()] for store in stores)
    assert beside == between
    beside, between = (images(store) for store in stores)
    assert beside == between


def test_only_a_few_images_wait_for_their_scores():
    made, scored, enough = [], [], Event()

    def score(n: int) -> int:
        assert enough.wait(60)
        scored.append(n)
        return n

    def steps():
        for n in range(20):
            made.append(n)
            if n == WAITING:
                enough.set()
            assert n - len(scored) <= WAITING
            yield Step(lambda n=n: score(n), lambda n: n, lambda n: None)

    assert list(beside(steps(), (Exception,))) == list(range(20)) == scored


def test_large_images_wait_one_at_a_time():
    scored = []

    def steps():
        for n in range(6):
            assert n - len(scored) <= 1
            yield Step(lambda n=n: n, scored.append, lambda _: None, nbytes=WAITING_BYTES)

    list(beside(steps(), (Exception,)))
    assert scored == list(range(6))


def test_after_a_record_that_cannot_be_stored_none_is_stored():
    stored, said = [], []

    def keep(n: int) -> int:
        if n == 2:
            raise StoreError("disk full")
        stored.append(n)
        return n

    steps = (Step(lambda n=n: n, keep, said.append) for n in range(9))
    with pytest.raises(StoreError, match="disk full"):
        list(beside(steps, (Exception,)))
    assert stored == said == [0, 1]


def test_where_the_next_image_cannot_be_made_those_before_are_kept():
    stored = []

    def steps():
        for n in range(3):
            yield Step(lambda n=n: n, stored.append, lambda _: None)
        raise StoreError("no more")

    with pytest.raises(StoreError, match="no more"):
        list(beside(steps(), (Exception,)))
    assert stored == [0, 1, 2]
