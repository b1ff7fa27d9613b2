"""Runs: nothing is computed twice, failures are kept, randomness depends on the sample alone."""

from __future__ import annotations

import dataclasses
import sys
import weakref
from types import SimpleNamespace
from unittest.mock import Mock

import numpy as np
import pytest

from restorebench import ProtocolSpec, Sample, hookimpl
from restorebench.data.dataset import Dataset
from restorebench.errors import OptionError, PluginError, ProtocolError, SampleError
from restorebench.harness.plan import Cell, RestorerRef
from restorebench.harness.run import Runner, Settings, runner
from restorebench.harness.store import Store
from restorebench.metrics import Measure, Protocol, score
from restorebench.metrics.measures import psnr
from restorebench.plugins import Suite, inline


def cell(written: str, draws: int = 1) -> Cell:
    return Cell("toy", "toy-squares", "test", RestorerRef.parse(written), draws)


def run(suite, store, written="brighten", draws=1, **settings):
    return list(Runner(suite, store, Settings(**settings)).run(cell(written, draws)))


@pytest.fixture
def calls(tmp_path, monkeypatch):
    path = tmp_path / "calls"
    path.touch()
    monkeypatch.setenv("TOY_CALLS", str(path))
    return lambda: path.read_text().split()


def test_every_sample_gets_a_record_with_scores_cost_and_hashes(suite, store, toy):
    records = [o.record for o in run(suite, store)]
    assert [r.sample for r in records] == list(toy.IDS)
    for record in records:
        assert record.scores["psnr"] > 40
        assert record.cost.seconds > 0
        assert len({record.input, record.target, record.prediction, record.dataset_hash}) == 4


def test_a_second_run_restores_nothing(suite, store, calls):
    first = run(suite, store)
    second = run(suite, Store(store.folder))
    assert len(calls()) == 4
    assert [o.record for o in second] == [o.record for o in first]
    assert all(o.reused for o in second)


def test_what_other_processes_have_made_is_kept_in_its_order(suite, store, tmp_path):
    made = run(suite, Store(tmp_path / "shard"))
    first, failing, *others = made
    held = dataclasses.replace(first, reused=True)
    broken = dataclasses.replace(failing.record, error="it broke", scores={}, prediction=None)
    kept = []
    here = Runner(suite, store, kept=kept.append)
    here.keep([first])
    outcomes = [dataclasses.replace(failing, record=broken), held, *others, failing]
    assert here.keep(outcomes) == outcomes  # a failure is kept until it has succeeded
    assert kept == [first.record, broken, *(o.record for o in (*others, failing))]
    assert store.path.read_bytes().count(b"\n") == len(made) + 1
    assert {r.sample: r.error for r in store.records()} == {o.record.sample: None for o in made}


def test_fresh_restores_again_and_replaces(suite, store, calls):
    run(suite, store)
    run(suite, store, fresh=True)
    assert len(calls()) == 8
    assert len(list(store.records())) == 4


def test_other_options_are_another_restorer(suite, store, calls):
    run(suite, store)
    run(suite, store, "brighten:factor=1.5")
    assert len(calls()) == 8


def test_a_lost_image_is_made_again_only_when_it_is_needed(suite, store, calls):
    first = run(suite, store)
    for path in store.images.folder.rglob("*.png"):
        path.unlink()
    assert all(o.reused for o in run(suite, store))
    store.path.unlink()
    again = run(suite, Store(store.folder))
    assert [o.record.prediction for o in again] == [o.record.prediction for o in first]


def test_limit_takes_the_first_samples(suite, store, toy):
    assert [o.record.sample for o in run(suite, store, limit=2)] == list(toy.IDS[:2])


def test_a_failing_sample_is_recorded_and_the_run_goes_on(suite, store, toy):
    records = [o.record for o in run(suite, store, "failing")]
    assert [r.error for r in records] == [
        None,
        "ZeroDivisionError: no luck with this one",
        None,
        None,
    ]
    assert "toy_task.py" in records[1].extra["traceback"]


def test_a_restorer_that_ends_the_program_costs_its_sample(suite, store):
    records = [o.record for o in run(suite, store, "exiting")]
    assert [r.error for r in records] == [None, "SystemExit: 0", None, None]


def test_a_restorer_that_ends_the_program_as_it_is_made_costs_its_cell(suite, store):
    with pytest.raises(PluginError, match="its code ended the program"):
        run(suite, store, "exiting:at_once=true")


@pytest.mark.parametrize("value", ["huge", "text", -1, 2.5])
def test_a_cost_that_no_record_can_hold_is_refused_before_it_is_stored(suite, store, value):
    records = [o.record for o in run(suite, store, f"counting:value={value}")]
    assert all("the restoration has nfe=" in r.error for r in records)
    assert len(list(Store(store.folder).records())) == 4


def test_a_numpy_integer_is_a_count(suite, store):
    records = [o.record for o in run(suite, store, "counting:value=numpy")]
    assert [r.cost.nfe for r in records] == [3] * 4


@pytest.mark.parametrize("seed", [2**63, -(2**63) - 1, 1.5, "1"])
def test_a_seed_that_no_record_can_hold_is_refused(seed):
    with pytest.raises(OptionError, match="64 bits"):
        Settings(seed=seed)


@pytest.mark.parametrize("limit", [0, -1])
def test_a_limit_that_takes_nothing_or_leaves_samples_out_is_refused(limit):
    with pytest.raises(OptionError, match=f"the limit is {limit}; expected 1 or more"):
        Settings(limit=limit)


def test_fresh_repairs_a_damaged_image(suite, store, calls):
    run(suite, store)
    for path in store.images.folder.rglob("*.png"):
        path.write_bytes(path.read_bytes()[:40])
    records = [o.record for o in run(suite, store, fresh=True)]
    assert all(store.images.get(r.prediction, 1) is not None for r in records)


def test_a_restoration_of_the_wrong_size_is_an_error_and_never_resized(suite, store):
    records = [o.record for o in run(suite, store, "wrong-size")]
    assert all("expected (1, 3, 32, 40)" in r.error for r in records)


def test_a_restoration_in_0_to_255_is_an_error(suite, store):
    records = [o.record for o in run(suite, store, "in-bytes")]
    assert all("as 8-bit images; expected [0, 1]: divide by 255" in r.error for r in records)


@pytest.mark.parametrize(
    ("protocol", "says"),
    [
        (Protocol("wrong", {"ssim": Measure("ssim", "1")}), "must state its 'window'"),
        (Protocol("wrong", {"psnr": Measure("pnsr", "1")}), "'wrong' cannot be used: unknown"),
        (Protocol("other", {"psnr": psnr()}), "'wrong' is a Protocol called 'other'"),
        ({"psnr": psnr()}, "'wrong' is a dict; expected a Protocol"),
    ],
)
def test_a_protocol_that_cannot_score_is_refused_before_anything_is_restored(
    toy, store, calls, monkeypatch, protocol, says
):
    class Wrong:
        @hookimpl
        def restorebench_protocols(self):
            return [ProtocolSpec(name="wrong", summary="wrong", target="wrong_protocol:P")]

    monkeypatch.setitem(sys.modules, "wrong_protocol", SimpleNamespace(P=protocol))
    suite = Suite([inline(toy, "toy"), inline(Wrong(), "wrong")])
    with pytest.raises((ProtocolError, PluginError), match=says):
        list(Runner(suite, store).run(dataclasses.replace(cell("brighten"), protocol="wrong")))
    assert calls() == []


def test_samples_of_a_plugin_have_the_views_of_its_task(suite, store, toy, monkeypatch):
    def two(sample_id):
        sample = toy.make(sample_id)
        pair = [np.concatenate([image, image]) for image in (sample.degraded, sample.target)]
        return Sample(sample_id, *pair)

    monkeypatch.setattr(toy, "dataset", lambda s: Dataset("toy-squares", s, toy.IDS, two))
    with pytest.raises(SampleError, match=r"toy-squares: 'test-0000' has 2 views, but toy has 1$"):
        Runner(suite, store).splits.prepare(cell("brighten"))


def test_draws_differ_and_repeat(suite, store, tmp_path):
    first = [o.record.prediction for o in run(suite, store, "noisy", draws=2)]
    assert len(set(first)) == 8
    again = [o.record.prediction for o in run(suite, Store(tmp_path / "b"), "noisy", draws=2)]
    assert again == first


def test_another_seed_is_another_restoration(suite, store):
    first = {o.record.prediction for o in run(suite, store, "noisy")}
    assert first.isdisjoint(o.record.prediction for o in run(suite, store, "noisy", seed=1))


def test_the_same_image_is_not_scored_twice(suite, store, monkeypatch):
    first = run(suite, store, "brighten")
    monkeypatch.setattr("restorebench.harness.run.runner.score", None)
    second = run(suite, store, "brighten:pause=0.0")
    assert [o.record.scores for o in second] == [o.record.scores for o in first]
    assert all(o.record.error is None and not o.reused for o in second)


@pytest.mark.parametrize(("large", "held"), [(0, 0), (1 << 28, 4)])
def test_a_large_sample_is_not_in_memory_while_its_restoration_is_scored(
    suite, store, toy, monkeypatch, large, held
):
    """Of two images of 24 megapixels only the 8-bit pixels are."""
    made, alive, make = [], [], toy.make

    def noted(sample_id):
        sample = make(sample_id)
        made.append(weakref.ref(sample))
        return sample

    def scored(*given):
        alive.append(sum(ref() is not None for ref in made))
        return score(*given)

    monkeypatch.setattr(toy, "make", noted)
    monkeypatch.setattr("restorebench.harness.run.runner.score", scored)
    monkeypatch.setattr("restorebench.harness.dataset_cache.LARGE", large)
    run(suite, store)
    assert alive == [held] * 4


def test_provenance_is_kept_once_and_named_by_the_records(suite, store):
    keys = {o.record.provenance for o in run(suite, store)}
    (key,) = keys
    facts = store.provenance(key)
    assert "inline" in facts["plugins"]
    assert facts["packages"]["numpy"] == np.__version__


@pytest.mark.parametrize("restorer", ["brighten", "from-files"])
def test_a_run_that_finds_everything_done_makes_no_sample(suite, store, toy, monkeypatch, restorer):
    first = run(suite, store, restorer)

    def refuse(sample_id):
        raise AssertionError(sample_id)

    monkeypatch.setattr(toy, "make", refuse)
    again = run(suite, Store(store.folder), restorer)
    assert [o.record for o in again] == [o.record for o in first]


def test_a_record_has_its_restorers_fingerprint(suite, store, toy):
    records = [o.record for o in run(suite, store, "from-files")]
    assert [r.fingerprint for r in records] == [f"{name} in 1 views" for name in toy.IDS]


@pytest.fixture
def reading(toy, monkeypatch):
    """A suite whose data set is one that reads files, and may change."""
    spec = dataclasses.replace(toy.restorebench_datasets()[0], generated=False)
    monkeypatch.setattr(toy, "restorebench_datasets", lambda: [spec])
    monkeypatch.setattr(toy.restorebench_datasets, "restorebench_impl", {}, raising=False)
    return Suite([inline(toy, "toy")])


def test_hashes_of_a_data_set_that_reads_files_are_not_remembered(reading, store):
    run(reading, store)
    assert not (store.folder / "datasets.jsonl").exists()


def test_a_data_set_that_has_grown_has_a_record_of_each_sample(reading, store, toy, monkeypatch):
    with monkeypatch.context() as smaller:
        smaller.setattr(toy, "IDS", toy.IDS[:3])
        before = [o.record for o in run(reading, store)]
    score = Mock(wraps=runner.score)
    monkeypatch.setattr(runner, "score", score)
    after = run(reading, Store(store.folder))
    assert [o.reused for o in after] == [True, True, True, False]
    assert score.call_count == 1
    assert len({o.record.dataset_hash for o in after}) == 1
    assert [o.record.scores for o in after[:3]] == [record.scores for record in before]
    assert len(list(Store(store.folder).records())) == len(before) + len(after)
