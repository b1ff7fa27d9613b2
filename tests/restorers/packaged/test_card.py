"""The verb `card`."""

from __future__ import annotations

import json
from functools import partial

import pytest

from restorebench.checkpoints.file import sha256


@pytest.fixture
def run(invoke):
    return partial(invoke, "card")


def test_without_a_name_it_lists_those_that_have_one(run, restorers):
    assert run().stdout.split() == list(restorers)
    assert json.loads(run("--json").stdout) == list(restorers)


def test_it_shows_the_card_that_ships(run, restorer, restorers):
    assert run(restorer).stdout == restorers[restorer].card


def test_it_says_where_the_weights_are_and_what_is_known_of_them(run, restorer, restorers):
    path = restorers[restorer].path
    assert run(restorer, "--path").stdout.strip() == str(path)
    facts = json.loads(run(restorer, "--json").stdout)
    assert (facts["sha256"], facts["bytes"]) == (sha256(path), path.stat().st_size)
    assert facts["steps"] == facts["values"]["steps"]


def test_a_restorer_without_weights_has_none(run):
    done = run("identity")
    assert done.exit_code == 2
    assert "'identity' has no packaged weights" in done.stderr
    assert "dehaze-regression" in done.stderr
    assert "did you mean 'dehaze-regression'" in run("dehaze-regresion").stderr
