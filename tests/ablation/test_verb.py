"""The verb `ablate`."""

from __future__ import annotations

import json
from functools import partial

import pytest

from restorebench.ablation.library import study_names
from restorebench.cli.training import ablate
from restorebench.harness.store import Store

STUDY = """
title = "Noise"
summary = "σ of the path"
varies = "σ"
plots = ["scores"]
[small]
recipe = "toy.toml"
variants.low = { value = 10, changes = { "path.max_sigma" = 10 } }
variants.high = { value = 30, changes = { "path.max_sigma" = 30 } }
[full]
recipe = "toy.toml"
variants.a.value = 1
variants.b.value = 2
"""


@pytest.fixture
def call(invoke, toys, study, monkeypatch, tmp_path):
    study()  # writes toy.toml
    (tmp_path / "mine.toml").write_text(STUDY)
    monkeypatch.setattr(ablate, "installed", lambda: toys)
    monkeypatch.chdir(tmp_path)
    return partial(invoke, "ablate")


def test_studies_are_listed(call):
    done = call("--list")
    assert done.exit_code == 0
    assert all(name in done.stdout for name in study_names())
    (found,) = json.loads(call("noise*", "--json").stdout)
    assert found["name"] == "noise-level"
    assert found["small"]["variants"]["sigma-70"]["changes"] == {"path.max_sigma": 70}


def test_a_study_of_ones_own_is_run(call, tmp_path):
    done = call("mine.toml", "steps=2", "--limit", "1", "--results", "store", "--tile", "8")
    assert done.exit_code == 0, done.output
    assert "| low " in done.stdout
    folder = tmp_path / "runs" / "ablations-small" / "mine"
    assert (folder / "scores.svg").exists()
    assert json.loads((folder / "low" / "run.json").read_text())["recipe"]["steps"] == 2
    records = Store(tmp_path / "store").records()
    plans = [r.extra["plan"] for r in records if r.restorer == "diffusion"]
    assert plans == ["tiles of 8, exact"] * 2


def test_a_failure_is_said_and_shows_in_the_exit_status(call):
    done = call("mine.toml", "steps=2", "data.patch=640", "--results", "store", "--output", "here")
    assert done.exit_code == 1
    assert "mine/low: OptionError: data.patch is 640" in done.stderr


def test_errors_come_before_anything_is_trained(call, tmp_path):
    done = call("mine.toml", "stepz=2", "--output", "here")
    assert done.exit_code == 2
    assert "no key stepz; did you mean 'steps'" in done.stderr
    assert call("mine.toml", "--split", "tset", "--output", "here").exit_code == 2
    assert call("nois", "--output", "here").exit_code == 2
    assert "--memory is '3'" in call("mine.toml", "--memory", "3", "--output", "here").stderr
    assert not (tmp_path / "here").exists()


def test_several_processes_are_refused(call, monkeypatch):
    monkeypatch.setenv("WORLD_SIZE", "2")
    assert "ablate runs in one process" in call("mine.toml").stderr
