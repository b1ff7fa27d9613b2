"""A broken plugin costs what it provides, and nothing else."""

from __future__ import annotations

import json

import pytest

RAISES = "raise RuntimeError('a plugin that raises at import')"
LEAVES = "import sys; sys.exit(3)"
LACKS = "import a_package_that_was_deleted"
LAZY = """
from restorebench import DatasetSpec, RestorerSpec, hookimpl

@hookimpl
def restorebench_datasets():
    target = "lazy_parts:dataset"
    return [DatasetSpec(name="lazy-set", summary="Not here", task="shop", target=target)]

@hookimpl
def restorebench_restorers():
    target = "lazy_parts:Restorer"
    return [RestorerSpec(name="lazy", summary="Not here", tasks=("shop",), target=target)]
"""


@pytest.fixture(scope="module")
def broken(new_place):
    """Beside a good plugin: three that cannot be imported."""
    place = new_place()
    for name, source in (("raises", RAISES), ("leaves", LEAVES), ("lacks", LACKS)):
        place.install(name, source)
    place.restorebench("run", "--limit", "1")
    return place


@pytest.mark.parametrize(
    ("arguments", "shows"),
    [
        (("tasks",), "shop"),
        (("datasets",), "shop-squares"),
        (("restorers",), "slow"),
        (("metrics",), "psnr"),
        (("protocols",), "ntire-crop1"),
        (("plugins",), "left out: lacks (lacks 1.0): ModuleNotFoundError"),
        (("run", "--limit", "1"), "identity (ref)"),
        (("leaderboard",), "identity (ref)"),
    ],
)
def test_every_verb_works_beside_plugins_that_cannot_be_imported(broken, arguments, shows):
    done = broken.restorebench(*arguments)
    assert done.returncode == 0, done.stderr
    assert shows in done.stdout
    assert "Traceback" not in done.stderr


def test_a_folder_is_scored_beside_plugins_that_cannot_be_imported(broken):
    done = broken.restorebench("score", ".", "--dataset", "shop-squares", "--json")
    assert done.returncode == 1  # there are no images
    assert len(json.loads(done.stdout)["pairs"]) == 12


def test_the_doctor_names_each_of_them_and_its_reason(broken):
    done = broken.restorebench("doctor", "--json")
    details = {f["name"]: f["detail"] for f in json.loads(done.stdout) if f["topic"] == "plugin"}
    assert done.returncode == 1
    assert details["raises (raises 1.0)"] == "RuntimeError: a plugin that raises at import"
    assert details["leaves (leaves 1.0)"] == "SystemExit: 3"
    assert "a_package_that_was_deleted" in details["lacks (lacks 1.0)"]


@pytest.mark.slow
def test_the_benchmark_runs_beside_plugins_that_cannot_be_imported_and_fails(broken):
    """What can be scored is scored; that the rest is not there is no pass."""
    done = broken.pytest("--limit", "1")
    assert done.returncode == 1, done.stdout
    assert "1 passed" in done.stdout
    for name in ("raises", "leaves", "lacks"):
        assert f"the plugin {name} is left out" in done.stdout.rpartition("leaderboards")[2]


@pytest.fixture(scope="module")
def lazy(new_place):
    """A plugin that loads, but whose code needs a package that is gone."""
    place = new_place()
    place.install("lazy", LAZY)
    (place.site / "lazy_parts.py").write_text(LACKS)
    return place, place.restorebench("run", "--limit", "2")


def test_only_the_cells_that_need_the_deleted_package_fail(lazy):
    place, done = lazy
    assert done.returncode == 1
    assert "shop-squares-identity: 2 restored" in done.stderr
    failed = "of lazy 1.0 cannot be loaded from 'lazy_parts:"
    assert f"error: lazy-set: the data set 'lazy-set' {failed}" in done.stderr
    assert f"error: shop-squares-lazy: PluginError: the restorer 'lazy' {failed}" in done.stderr
    assert "No module named 'a_package_that_was_deleted'" in done.stderr
    assert [line["restorer"] for line in place.lines()] == ["identity"] * 2


@pytest.mark.slow
def test_and_so_under_pytest_with_one_line_each_and_no_further_errors(lazy):
    done = lazy[0].pytest("--limit", "2", "-W", "error")
    assert done.returncode == 1
    assert "3 failed, 1 passed" in done.stdout
    assert "[4/4]" in done.stdout
    assert "PluginError: the restorer 'lazy' of lazy 1.0 cannot be loaded" in done.stdout
    assert "During handling" not in done.stdout


def test_a_data_set_without_samples_says_so(place):
    done = place.restorebench("run", "--dataset", "shop-nothing")
    assert done.returncode == 1
    assert "the split 'test' of the data set 'shop-nothing' has no samples" in done.stderr
