"""What the plugin declares, as the suite sees it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from restorebench.plugins import Suite

DATASETS = ("stereo-photos-x2", "stereo-photos-x4", "stereo-scenes-x2", "stereo-scenes-x4")


@pytest.fixture(scope="module")
def suite() -> Suite:
    return Suite()  # as the entry points of what is installed fill it


def test_it_is_found_and_loads_without_failure(suite: Suite) -> None:
    (report,) = [r for r in suite.reports if r.provider.distribution == "restorebench-stereo"]
    assert report.error is None
    assert "restorebench_tasks" in report.hooks


def test_the_task_has_two_views_and_grows_images(suite: Suite) -> None:
    task = suite.tasks["stereo"]
    assert (task.views, task.resizes, task.condition) == (2, True, ())
    assert (task.protocol, task.rank_by, task.reference) == ("stereo-lr-mean", "psnr", "bicubic")


def test_only_times_four_is_in_the_default_benchmark(suite: Suite) -> None:
    mine = [suite.datasets[name] for name in suite.datasets.names("stereo-*")]
    assert tuple(spec.name for spec in mine) == DATASETS
    assert [spec.name for spec in mine if spec.default] == ["stereo-photos-x4", "stereo-scenes-x4"]


@pytest.mark.parametrize("name", DATASETS)
def test_every_declared_split_can_be_opened_under_its_name(suite: Suite, name: str) -> None:
    spec = suite.datasets[name]
    opened = [suite.datasets.load(name)(split) for split in spec.splits]
    assert [(d.name, d.split) for d in opened] == [(name, split) for split in spec.splits]
    assert all(d.ids for d in opened)


@pytest.mark.parametrize("name", ["back-projection", "stereo-back-projection"])
def test_a_restorer_loads_and_is_offered_to_this_task_alone(suite: Suite, name: str) -> None:
    spec = suite.restorers[name]
    assert (spec.tasks, spec.resizes) == (("stereo",), True)
    assert callable(suite.restorers.load(name)().restore)


def test_declaring_imports_no_array_library() -> None:
    code = (
        "import sys, restorebench_stereo as s\n"
        "s.restorebench_tasks(), s.restorebench_datasets(), s.restorebench_restorers()\n"
        "heavy = {'torch', 'scipy', 'skimage', 'restorebench_stereo.datasets'}\n"
        "print(sorted(heavy & {*sys.modules}))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"
