"""`run` in pieces: records say where a plan changed numbers; whole images do for exact tiles."""

from __future__ import annotations

import importlib
from pathlib import Path

import numpy as np
import pytest

from restorebench.harness.isolation.isolated import Isolated
from restorebench.harness.plan import Cell, RestorerRef
from restorebench.harness.run import Runner, Settings
from restorebench.harness.store import Store
from restorebench.plugins import Suite, inline
from restorebench.restorers.base import Context
from restorebench.restorers.plan.plan import Limits, Plan, Size
from restorebench.restorers.regression import Regression


@pytest.fixture
def suite(monkeypatch) -> Suite:
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    return Suite([inline(importlib.import_module("greedy_plugin"), "greedy")])


@pytest.fixture
def run(suite, tmp_path):
    """Run weights on the one image, within limits: the record, and whether it was there."""
    store = Store(tmp_path / "store")

    def once(path, said=None, **limits):
        ref = RestorerRef("regression", (("weights", path),))
        runner = Runner(suite, store, Settings(limits=Limits(**limits)))
        runner.say = (said if said is not None else []).append
        (outcome,) = runner.run(Cell("any", "noise", "test", ref))
        return outcome.record, outcome.reused

    return once


def test_exact_tiles_are_recorded_and_a_whole_image_does_for_them(run, weights):
    path, said = weights(), []
    tiles, reused = run(path, said, tile=16)
    assert (reused, tiles.error, tiles.extra["plan"]) == (False, None, "tiles of 16, exact")
    assert said == ["regression: 0.0013 MP, 5 strips of 16², exact statistics"]
    assert run(path, tile=16) == (tiles, True)
    whole, reused = run(path)
    assert not reused, "tiles do not do for a whole image"
    assert tiles.fingerprint == f"{whole.fingerprint}-tiles-exact"
    assert "plan" not in whole.extra
    assert run(path, said, tile=16) == (whole, True)
    assert len(said) == 1


def test_other_statistics_are_other_restorations(run, weights):
    path = weights()
    whole, _ = run(path)
    frozen, reused = run(path, tile=16, statistics="frozen")
    assert not reused
    assert frozen.fingerprint == f"{whole.fingerprint}-tiles-frozen-16-2"
    assert run(path, tile=16, statistics="frozen") == (frozen, True)


def test_tiles_no_smaller_than_the_image_are_the_whole_image(run, weights):
    path = weights()
    whole, _ = run(path, tile=40)
    assert "tiles" not in whole.fingerprint
    assert run(path) == (whole, True)


def test_out_of_memory_is_recorded_as_what_it_came_to(run, weights, suite, caplog):
    path = weights("greedy", suite=suite, backbone={"name": "greedy", "pixels": 800})
    record, _ = run(path)
    assert (record.error, record.extra["plan"]) == (None, "tiles of 20, exact")
    assert "out of memory whole; it goes on in tiles of 20²" in caplog.text
    assert run(path) == (record, True), "it would run out of memory again"


def test_where_no_plan_fits_the_record_says_so(run, weights):
    record, _ = run(weights(), memory=1)
    assert "MemoryLimitError: 40×32 pixels need 16" in record.error
    assert "give --memory" in record.error


@pytest.mark.slow
def test_a_process_of_its_own_makes_the_plan(weights, sample):
    path, limits, size = weights(), Limits(tile=16), Size(60, 70)
    isolated = Isolated("regression", {"weights": path}, limits=limits)
    plan = isolated.plan(size, "cpu")
    assert (isolated.planned, plan) == (True, Plan(16))
    made = isolated.measured(given := sample(size=(60, 70)), Context("any", plan=plan))
    isolated.close()
    whole = Regression(path, suite=Suite()).restore(given, Context("any")).image
    np.testing.assert_allclose(made.restoration.image, whole, atol=1e-5)
    assert made.plan == plan
