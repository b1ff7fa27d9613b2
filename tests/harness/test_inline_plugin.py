"""A plugin that is not installed trains, restores and is ranked through the suite that has it."""

from __future__ import annotations

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import numpy as np
import pytest

from restorebench.errors import OptionError, UnknownNameError
from restorebench.harness.plan import Selection, plan
from restorebench.harness.run import Runner
from restorebench.leaderboard import boards
from restorebench.plugins import Suite, inline
from restorebench.plugins import suite as installed
from restorebench.restorers.factory import make_restorer
from restorebench.training.recipe import Recipe
from restorebench.training.run_folder import RunFolder
from restorebench.training.trainer import Trainer

OWN = {
    "tasks": {"own-task"},
    "datasets": {"own-images"},
    "restorers": {"own-brighten", "own-mix"},
    "sdes": {"own-flow"},
    "solvers": {"own-euler"},
    "backbones": {"own-layer"},
    "guides": {"own-edges"},
}
RECIPE = {
    "summary": "own",
    "steps": 3,
    "batch": 2,
    "data": {
        "name": "own-images",
        "patch": 16,
        "condition": [],
        "guides": ["own-edges"],
        "initial": "own-brighten",
    },
    "objective": {"kind": "diffusion", "head": "data"},
    "path": {"name": "own-flow", "sigma": 0.4},
    "backbone": {"name": "own-layer", "size": "3"},
    "optimiser": {"name": "adam", "lr": 1e-3},
    "sampler": {"solver": "own-euler", "grid": "uniform-t", "steps": 2},
    "monitor": {"validate_every": 2, "val_samples": 1},
}


@pytest.fixture(scope="module")
def plugin():
    """The plugin's module, importable by its name while the tests run."""
    spec = spec_from_file_location(
        "complete_plugin", Path(__file__).with_name("complete_plugin.py")
    )
    module = module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


@pytest.fixture(scope="module")
def own(plugin):
    """Core and the plugin."""
    return Suite([inline(plugin, "own")])


@pytest.fixture(scope="module")
def weights(own, tmp_path_factory):
    """The checkpoint that a Trainer with that suite writes."""
    folder = RunFolder(tmp_path_factory.mktemp("run"))
    Trainer(Recipe.model_validate(RECIPE), folder, own).run()
    return folder.final.as_posix()


def test_the_installed_suite_knows_none_of_it(own):
    for kind, names in OWN.items():
        assert names <= set(own.registries[kind].names())
        assert names.isdisjoint(installed().registries[kind].names())


def test_it_is_trained_scored_and_ranked(plugin, own, weights, store):
    assert set(plugin.USED) == {"backbone", "path", "solver", "guide", "initial"}
    plugin.USED.clear()
    restorers = ("own-brighten", f"diffusion:weights={weights}", f"own-mix:weights={weights}")
    runner = Runner(own, store)
    for cell in plan(own, Selection(tasks=("own-task",), restorers=restorers)):
        assert all(outcome.record.error is None for outcome in runner.run(cell))
    assert set(plugin.USED) == {"backbone", "path", "solver", "guide", "initial"}
    (board,) = boards(store.records(), own, store.provenance)
    (section,) = board.sections
    labels = {f"{name}(weights={weights})" for name in ("diffusion", "own-mix")}
    ranked = {row.label for row in section.rows if row.rank is not None}
    assert ranked == {"own-brighten", *labels}


def test_a_target_is_given_the_suite_that_it_is_in(own, weights):
    mixed = make_restorer(own, "own-mix", weights=weights)
    network, brighten = mixed.parts
    sample = own.datasets.load("own-images")("test")["test-0"].without_target()
    assert network.model.suite is own
    assert np.allclose(brighten.restore(sample, None).image, 1.5 * sample.degraded)


def test_another_suite_does_not_know_the_parts(weights):
    with pytest.raises(UnknownNameError, match="'own-"):
        make_restorer(installed(), "diffusion", weights=weights)


def test_the_suite_is_not_an_option(own, weights):
    with pytest.raises(OptionError, match="'own-brighten' does not take these options"):
        make_restorer(own, "own-brighten", weights=weights)
