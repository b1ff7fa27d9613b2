"""A toy data set, tiny networks, and recipes for them."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

from restorebench.plugins import Suite, inline
from restorebench.training.data.batches import Batches
from restorebench.training.data.cache import prepare
from restorebench.training.networks import make_networks
from restorebench.training.recipe import Recipe
from restorebench.training.run_folder import RunFolder
from restorebench.training.trainer import Trainer
from restorebench.training.updates import Updates

TINY = {"name": "nafnet", "width": 4, "encoder": [1], "middle": 1, "decoder": [1]}
PLAIN = {**TINY, "timed": False, "degraded": False, "residual": True}


@pytest.fixture(scope="session")
def blotches():
    """The toy plugin's module."""
    path = Path(__file__).parent / "blotch_task.py"
    spec = importlib.util.spec_from_file_location("blotch_task", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules["blotch_task"] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules["blotch_task"]


@pytest.fixture(scope="session")
def toys(blotches):
    """Core and the toy plugin."""
    return Suite([inline(blotches, "blotches")])


@pytest.fixture
def recipe():
    """A recipe for the toy data set, regression by default; tables are merged."""

    def make(**changes) -> Recipe:
        values = {
            "summary": "toy",
            "steps": 6,
            "batch": 2,
            "data": {"name": "blotches", "patch": 16, "condition": []},
            "objective": {"kind": "regression"},
            "backbone": PLAIN,
            "optimiser": {"name": "adam", "lr": 1e-3},
            "ema": {"every": 1, "update_after_step": 2},
            "monitor": {"validate_every": 3, "val_samples": 1},
        }
        for key, value in changes.items():
            old = values.get(key)
            named = isinstance(value, dict) and "name" in value and key != "data"
            merges = isinstance(old, dict) and isinstance(value, dict) and not named
            values[key] = {**old, **value} if merges else value
        return Recipe.model_validate({k: v for k, v in values.items() if v is not None})

    return make


@pytest.fixture
def diffusion(recipe):
    """A recipe for a diffusion of the toy data set."""

    def make(**changes) -> Recipe:
        values = {
            "objective": {"kind": "diffusion", "head": "residual"},
            "path": "irsde",
            "backbone": TINY,
            "sampler": {"steps": 2},
        }
        return recipe(**{**values, **changes})

    return make


@pytest.fixture
def images(toys, tmp_path):
    """The toy images, stored."""

    def make(name="blotches", enlarge="bicubic"):
        dataset = toys.datasets.load(name)("train")
        return prepare(toys, dataset, tmp_path / f"{name}-{enlarge}", enlarge)

    return make


@pytest.fixture
def updates(images, toys):
    """The updates of a recipe on the toy images."""

    def make(recipe, **options) -> Updates:
        batches = Batches(images(recipe.data.name), recipe)
        return Updates(toys, recipe, make_networks(toys, recipe), batches, **options)

    return make


@pytest.fixture
def train(toys, tmp_path):
    """Train in a folder of the test; the folder."""

    def run(recipe, name="run", callback=None, **options) -> RunFolder:
        folder = RunFolder(tmp_path / name)
        Trainer(recipe, folder, name="toy", suite=toys, **options).run(callback)
        return folder

    return run


@pytest.fixture
def curve():
    """Step, loss and gradient of every row in a run's log."""

    def read(folder: RunFolder) -> list[list[str]]:
        lines = (folder.path / "log.csv").read_text().splitlines()[1:]
        return [line.split(",")[:4] for line in lines]

    return read
