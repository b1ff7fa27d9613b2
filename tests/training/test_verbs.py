"""The verbs `recipes` and `train`."""

from __future__ import annotations

import json

import pytest

from restorebench.cli.training import train as verbs
from restorebench.training.library import recipe_names


@pytest.fixture
def run(invoke, toys, monkeypatch, tmp_path):
    monkeypatch.setattr(verbs, "installed", lambda: toys)
    monkeypatch.chdir(tmp_path)
    return invoke


def test_recipes_are_listed_with_their_values(run):
    done = run("recipes", "dehaze-*-compact", "--json")
    found = {entry["name"]: entry for entry in json.loads(done.stdout)}
    kinds = ("compressor", "diffusion", "latent", "regression")
    assert list(found) == [f"dehaze-{kind}-compact" for kind in kinds]
    assert found["dehaze-regression-compact"]["objective"]["distance"] == "l1"


def test_the_list_names_every_recipe(run):
    listed = run("recipes").stdout
    assert all(name in listed for name in recipe_names())


def test_training_prints_where_the_weights_are(run, recipe, tmp_path):
    made = recipe(steps=2)
    lines = [f"{key} = {json.dumps(v)}" for key, v in (("summary", "toy"), ("batch", 2))]
    tables = made.model_dump(mode="json", exclude_defaults=True)
    for name in ("data", "objective", "optimiser", "backbone"):
        lines += [f"[{name}]", *(f"{k} = {json.dumps(v)}" for k, v in tables[name].items())]
    (tmp_path / "mine.toml").write_text("steps = 2\n" + "\n".join(lines))
    done = run("train", "mine.toml", "monitor.val_samples=1", "--output", "here", "--tensorboard")
    assert done.exit_code == 0, done.output
    assert done.stdout.strip().endswith("here/final.safetensors")
    assert {"final.safetensors", "tensorboard"} <= {p.name for p in (tmp_path / "here").iterdir()}
    assert "loss" in done.stderr
    assert "2/2" in done.stderr


def test_errors_are_one_line(run):
    done = run("train", "dehaze-regression-compact", "stepz=3")
    assert done.exit_code == 2
    assert "no key stepz; did you mean 'steps'" in done.stderr
    assert run("train", "dehaze-regression-compact", "fast").exit_code == 2
    assert "no recipe matches" in run("recipes", "nothing").stderr
