"""``examples/derain``: it keeps the contracts, and its wheel works where only that is installed."""

from __future__ import annotations

import csv

import pytest

from restorebench.plugins import Suite, inline
from restorebench.restorers.packaged import packaged
from restorebench.testing.conformance import check_plugin


def test_it_keeps_the_contracts(derain):
    assert check_plugin(Suite([inline(derain, "derain")]), "derain", samples=1) == []


def test_its_network_brings_a_card_of_its_file(derain):
    model = packaged(Suite([inline(derain, "derain")]))["derain-regression"]
    assert model.read().digest in model.card


@pytest.fixture(scope="module")
def call(derain_copy, installed_project):
    """Run a module of Python in the copy's folder, with its wheel installed."""
    return installed_project(derain_copy)


@pytest.mark.slow
def test_its_tests_pass(call):
    done = call("pytest", "-q", "-p", "no:cacheprovider")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
def test_the_check_finds_no_problems(call):
    done = call("restorebench", "check", "derain")
    assert (done.returncode, done.stdout.strip()) == (0, "derain: no problems found"), done.stderr


@pytest.mark.slow
def test_its_benchmark_ranks_network_and_classical_method_above_the_input(call, derain_copy):
    done = call("pytest", "--benchmark", "-p", "no:cacheprovider", "-q")
    assert done.returncode == 0, done.stdout + done.stderr
    with (derain_copy / "leaderboards" / "reports" / "leaderboard.csv").open() as file:
        rows = {r["restorer"]: float(r["psnr"]) for r in csv.DictReader(file) if r["psnr"]}
    ours = [rows[name] for name in ("derain-regression", "derain-openings", "identity")]
    assert ours == sorted(ours, reverse=True)
    assert ours[1] > ours[2] + 2
    page = (derain_copy / "leaderboards" / "reports" / "derain.md").read_text(encoding="utf-8")
    assert "Rain100H" in page
