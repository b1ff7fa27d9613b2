"""`run` in pieces: records say where a plan changed numbers; whole images do for exact tiles."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from restorebench.data.images import write_image
from restorebench.harness.estimate import estimates
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


def test_what_is_stored_counts_for_a_plan_of_its_statistics(run, weights, suite, tmp_path):
    path = weights()
    cell = Cell("any", "noise", "test", RestorerRef("regression", (("weights", path),)))

    def stored(**limits):
        settings = Settings(limits=Limits(**limits))
        (found,) = estimates(Runner(suite, Store(tmp_path / "store"), settings), [cell])
        return found.stored

    run(path, tile=16, statistics="frozen")
    assert (stored(tile=16, statistics="frozen"), stored(statistics="frozen")) == (1, 1)
    assert (stored(tile=24, statistics="frozen"), stored(tile=16), stored()) == (0, 0, 0)
    run(path)
    assert (stored(), stored(tile=16), stored(tile=24, statistics="frozen")) == (1, 1, 0)


@pytest.mark.slow
def test_pytest_and_the_verb_plan_have_the_same_options(weights, tmp_path):
    """Pairs of 40×32 pixels: the records of pytest's run are what `plan` finds."""
    path, random = weights(), np.random.default_rng(0)
    for folder in ("hazy", "gt"):
        pixels = random.integers(0, 256, (3, 32, 40), np.uint8)
        write_image(tmp_path / "own" / folder / "a.png", pixels)
    (tmp_path / "test_it.py").write_text("def test_it(cell, score_cell):\n    score_cell(cell)\n")
    cell = ("--task", "dehaze", "--data", "own", "--restorer", f"regression:weights={path}")
    where = (*cell, "--results", "store")

    def call(*command):
        done = [sys.executable, "-m", *command]
        return subprocess.run(done, cwd=tmp_path, capture_output=True, text=True, check=False)

    benchmark = ("pytest", "--benchmark", "test_it.py", *where)
    frozen = ("--tile", "16", "--statistics", "frozen")
    refused = call(*benchmark, "--memory", "3")
    assert (refused.returncode, "--memory is '3'" in refused.stderr) == (4, True)
    done = call(*benchmark, *frozen)
    assert "regression: 0.0013 MP, " in done.stdout, done.stdout + done.stderr
    (record,) = Store(tmp_path / "store").records()
    assert record.extra["plan"] == "tiles of 16, frozen"
    for limits, stored in ((frozen, 1), (("--tile", "16"), 0)):
        planned = call("restorebench", "plan", *where, *limits, "--json")
        assert json.loads(planned.stdout)["cells"][0]["stored"] == stored


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
