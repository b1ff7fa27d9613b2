"""The plugin comes in through the hooks, and listing it imports nothing heavy."""

from __future__ import annotations

import subprocess
import sys

import pytest

import restorebench_dehaze
from restorebench.data.dataset import Dataset
from restorebench.plugins import Suite, discover, inline
from restorebench_dehaze.dark_channel import DarkChannel


@pytest.fixture(scope="module")
def suite() -> Suite:
    return Suite([inline(restorebench_dehaze, "dehaze")])


def test_it_registers_without_failure(suite: Suite) -> None:
    assert suite.failures == ()
    (report,) = (r for r in suite.reports if r.name == "dehaze")
    assert report.hooks == (
        "restorebench_datasets",
        "restorebench_layouts",
        "restorebench_restorers",
        "restorebench_tasks",
    )


def test_its_entry_point_is_found() -> None:
    (source,) = (s for s in discover() if s.name == "dehaze")
    assert source.provider.distribution == "restorebench-dehaze"
    assert source.load() is restorebench_dehaze


def test_the_task_is_scored_as_the_challenge_does(suite: Suite) -> None:
    task = suite.tasks["dehaze"]
    assert (task.protocol, task.rank_by, task.reference) == ("ntire-rgb", "psnr", "identity")
    assert (task.views, task.condition, task.resizes) == (1, (), False)


@pytest.mark.parametrize("name", ["dehaze-scenes", "dehaze-photos"])
def test_its_data_sets_load_and_are_in_the_default_benchmark(suite: Suite, name: str) -> None:
    dataset = suite.datasets.load(name)("test")
    assert isinstance(dataset, Dataset)
    assert dataset.name == name
    assert suite.datasets[name].default


def test_its_restorer_loads_with_options(suite: Suite) -> None:
    restorer = suite.restorers.load("dark-channel")(omega=0.8)
    assert isinstance(restorer, DarkChannel)
    assert restorer.omega == 0.8


def test_listing_it_imports_neither_numpy_code_nor_torch() -> None:
    code = (
        "import sys, restorebench_dehaze as p\n"
        "p.restorebench_tasks(), p.restorebench_datasets(), p.restorebench_restorers()\n"
        "print({'torch', 'scipy', 'skimage', 'restorebench_dehaze.datasets'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "set()"
