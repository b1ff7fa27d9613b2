"""A study of the toy data set with tiny networks, and a suite that runs it."""

from __future__ import annotations

import csv
import importlib.util
import shutil
import sys
from functools import partial
from pathlib import Path

import pytest

from restorebench.ablation.callback import Callback
from restorebench.ablation.folders import SuiteFolder
from restorebench.ablation.plots import PLOTS
from restorebench.ablation.study import Study
from restorebench.ablation.suite import Ablations
from restorebench.ablation.trials import trials
from restorebench.harness.engines.engine import LocalEngine
from restorebench.harness.run import Runner, Settings
from restorebench.harness.store import Store
from restorebench.plugins import Suite, inline

RECIPE = """
summary = "toy"
steps = 4
batch = 1
[data]
name = "blotches"
patch = 16
condition = []
max_samples = 2
[objective]
kind = "diffusion"
head = "residual"
[path]
name = "irsde"
max_sigma = 10
[backbone]
name = "nafnet"
width = 4
encoder = [1]
middle = 1
decoder = [1]
[optimiser]
name = "adam"
lr = 1e-3
[sampler]
solver = "ancestral"
grid = "uniform-t"
steps = 2
[monitor]
validate_every = 2
val_samples = 1
"""


@pytest.fixture(scope="session")
def toys():
    """Core and the toy plugin of the tests of training."""
    path = Path(__file__).parents[1] / "training" / "blotch_task.py"
    spec = importlib.util.spec_from_file_location("ablated_blotches", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules["ablated_blotches"] = module
    spec.loader.exec_module(module)
    yield Suite([inline(module, "blotches")])
    del sys.modules["ablated_blotches"]


def levels(folder: Path, variants=None, **changes) -> Study:
    """A study of `variants` of the toy recipe, which is written to `folder`; of noise levels."""
    recipe = folder / "toy.toml"
    recipe.write_text(RECIPE)
    known = {f"sigma-{s}": {"value": s, "changes": {"path.max_sigma": s}} for s in (10, 30)}
    scale = {"recipe": str(recipe), "variants": variants or known}
    values = {
        "title": "Noise",
        "summary": "σ of the path",
        "varies": "σ",
        "plots": ["scores"],
        "small": scale,
        "full": scale,
    }
    return Study.model_validate({**values, **changes})


class Diary(Callback):
    """Keeps the calls it gets."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.at = lambda progress: None

    def on_step_end(self, progress) -> None:
        self.lines.append(f"step {progress.step}")
        self.at(progress)

    def on_run_reused(self, trial, source) -> None:
        self.lines.append(f"{trial.variant} is {source}")

    def on_trial_end(self, trial, error) -> None:
        self.lines.append(f"{trial.variant}: {error or 'done'}")


def go(folder: Path, toys: Suite, callback, study, name="noise", split="val", **changes):
    """Run a study in ``out`` of `folder`, with records in ``results``."""
    store = Store(folder / "results")
    engine = LocalEngine(Runner(toys, store, Settings()))
    suite = Ablations(SuiteFolder(folder / "out"), engine, split, callback)
    planned = trials(name, study, "small", changes)
    suite.check(planned)
    with suite.folder.claimed():
        return suite.run(name, study, planned)


def csv_lines(path: Path) -> dict[str, dict[str, str]]:
    """The lines of a study's CSV, by variant."""
    with path.open(encoding="utf-8") as file:
        return {line["variant"]: line for line in csv.DictReader(file)}


@pytest.fixture
def study(tmp_path):
    return partial(levels, tmp_path)


@pytest.fixture
def diary() -> Diary:
    return Diary()


@pytest.fixture
def run(toys, tmp_path, diary):
    """Run a study in the folder of the test."""
    return partial(go, tmp_path, toys, diary)


@pytest.fixture
def records(tmp_path):
    """What is in the store of the test."""
    return lambda: list(Store(tmp_path / "results").records())


@pytest.fixture
def lines(tmp_path):
    """The lines of a study's CSV in the folder of the test, by variant."""
    return lambda: csv_lines(tmp_path / "out" / "noise" / "table.csv")


@pytest.fixture(scope="session")
def noise(toys, tmp_path_factory):
    """The folder of a study of noise levels that has been run, and its records."""
    folder = tmp_path_factory.mktemp("noise")
    study = levels(folder, plots=list(PLOTS))
    assert not go(folder, toys, Callback(), study).failed
    return folder / "out" / "noise", list(Store(folder / "results").records())


@pytest.fixture
def finished(noise, tmp_path):
    """The same study, run in the folder of the test."""
    shutil.copytree(noise[0].parents[1], tmp_path, dirs_exist_ok=True)


@pytest.fixture
def ran(noise):
    return noise[0]


@pytest.fixture
def ran_lines(ran):
    return csv_lines(ran / "table.csv")
