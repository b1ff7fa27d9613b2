"""A finished run as a small file and its card: the same bytes, nearly the same images."""

from __future__ import annotations

import json
import shlex
import shutil
from dataclasses import replace

import numpy as np
import pytest
import torch

from restorebench.checkpoints.file import load, save, sha256
from restorebench.checkpoints.setup import Choice, Setup
from restorebench.cli.key_value import key_value
from restorebench.cli.training import export as verbs
from restorebench.errors import CheckpointError, OptionError
from restorebench.plugins import suite
from restorebench.restorers.base import Context
from restorebench.restorers.diffusion import Diffusion
from restorebench.restorers.regression import Regression
from restorebench.training.library import read_recipe
from restorebench.training.model_card.card_file import CardFile
from restorebench.training.model_card.export import export, half
from restorebench.training.model_card.facts import Facts, subject
from restorebench.training.model_card.recipe_diff import changes, command
from restorebench.training.model_card.tables import network
from restorebench.training.run_folder import RunFolder
from restorebench.training.trainer import Trainer

COMPRESSOR = {
    "objective": {"kind": "latent-replacement"},
    "compressor": {"name": "unet", "width": 4, "multipliers": [1], "latent_channels": 2},
    "backbone": None,
}


@pytest.fixture(scope="module")
def runs(toys, tmp_path_factory):
    """Train by a recipe in the folder of that name, once for all tests; the folder."""
    shelf = tmp_path_factory.mktemp("runs")

    def run(recipe, name) -> RunFolder:
        folder = RunFolder(shelf / name)
        Trainer(recipe, folder, name="toy", suite=toys).run()  # nothing, where it has ended
        return folder

    return run


@pytest.fixture
def exported(runs, toys, tmp_path):
    """Train by a recipe and export the run; the run's folder and the two files."""

    def make(recipe):
        folder = runs(recipe, recipe.objective.kind)
        return folder, export(folder.path, tmp_path / "out", toys, "toy")

    return make


def facts(made) -> Facts:
    return Facts.of(load(made.weights), "")


@pytest.mark.parametrize("kind", ["regression", "diffusion"])
def test_half_the_bits_give_the_same_images(exported, recipe, diffusion, toys, kind):
    folder, made = exported(recipe() if kind == "regression" else diffusion())
    build = Regression if kind == "regression" else Diffusion
    sample = next(iter(toys.datasets.load("blotches")("val")))
    given = (sample.without_target(), Context("blotches"))
    before, after = (
        build(str(p), suite=toys).restore(*given).image for p in (folder.final, made.weights)
    )
    assert np.abs(before - after).max() < 2 / 255
    file = load(made.weights)
    assert {t.dtype for t in file.backbone.values()} == {torch.float16}
    assert {p.dtype for p in file.networks(suite())[0].parameters()} == {torch.float32}
    assert made.weights.stat().st_size < folder.final.stat().st_size


def test_the_file_says_what_the_run_said_and_how_it_is_used(exported, recipe):
    folder, made = exported(recipe())
    run, file = load(folder.final), load(made.weights)
    assert file.setup == run.setup
    added = {"card"}
    assert {k: v for k, v in file.origin.items() if k not in added} == run.origin


def test_the_same_run_makes_the_same_bytes(exported, diffusion, toys, tmp_path):
    folder, made = exported(diffusion())
    again = export(folder.final, tmp_path / "again", toys, "toy")
    assert [p.read_bytes() for p in again] == [p.read_bytes() for p in made]


def test_a_card_has_scores_beside_those_of_the_others(exported, diffusion):
    _, made = exported(diffusion())
    rows = {row.restorer: row for row in facts(made).evaluation.rows}
    assert [*rows] == ["toy", "toy, mean of 4 draws", "identity"]
    assert [row.nfe for row in rows.values()] == [2, 8, None]
    assert set(rows["toy"].samples) == {"val-0", "val-1"}
    card = made.card.read_text()
    for row in rows.values():
        assert f"{row.scores['psnr']:.2f} | {row.scores['ssim']:.4f} |" in card


def test_scores_are_those_of_the_run_and_its_validation(exported, recipe):
    _, made = exported(recipe())
    mine, identity = facts(made).evaluation.rows
    origin = load(made.weights).origin
    first = next(iter(mine.samples))  # the recipe has val_samples = 1
    assert identity.samples[first] == pytest.approx(origin["val_identity"], abs=1e-3)
    assert mine.samples[first] == pytest.approx(origin["val_psnr"], abs=0.05)


def test_a_card_names_its_file(exported, recipe):
    _, made = exported(recipe())
    card = made.card.read_text()
    assert sha256(made.weights) in card
    assert f"{facts(made).evaluation.rows[0].parameters:,} parameters" in card


def test_a_recipe_of_ones_own_stands_in_the_card(exported, recipe):
    _, made = exported(recipe())
    card = made.card.read_text()
    assert "restorebench train toy.toml --output runs/toy" in card
    values = json.loads(card.partition("```json\n")[2].partition("```")[0])
    assert values == recipe().model_dump(mode="json")


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["steps=900", "monitor.validate_every=300"],
        ["ema=null", "optimiser.lr=0.0003"],
        ["backbone.width=16", "data.augment=[]"],
        ['path={"name": "bbdm", "max_variance": 0.5}', "sampler.solver=ddim"],
        ["sampler.grid=trailing", "data.condition=[]"],
    ],
)
def test_changes_make_the_recipe_again(words):
    name = "dehaze-diffusion-compact"
    values = read_recipe(name, dict(map(key_value, words))).model_dump(mode="json")
    line = shlex.split(command(name, changes(values, name), "x"))
    assert line[:3] == ["restorebench", "train", name]
    assert line[-2:] == ["--output", "runs/x"]
    assert len(words) <= len(line) - 5 <= 2 * len(words)
    again = read_recipe(name, dict(map(key_value, line[3:-2])))
    assert again.model_dump(mode="json") == values


@pytest.fixture
def latent(runs, recipe, diffusion):
    """A run on the latents of a compressor, and the compressor's weights."""
    below = runs(recipe(**COMPRESSOR), "compressor").final
    backbone = {"name": "nafnet", "width": 4, "encoder": [1], "middle": 1, "decoder": [1]}
    compressor = {"name": "unet", "weights": str(below)}
    made = diffusion(compressor=compressor, backbone={**backbone, "channels": 2})
    return runs(made, "latent"), below


@pytest.mark.slow
def test_a_latent_diffusion_brings_its_compressor(latent, toys, tmp_path):
    folder, below = latent
    made = export(folder.path, tmp_path / "out", toys, "toy-latent")
    file = load(made.weights)
    assert {t.dtype for t in file.compressor.values()} == {torch.float16}
    assert all(network is not None for network in file.networks(suite()))
    said = facts(made).compressor
    assert said["steps"] == load(below).origin["steps"]
    card = made.card.read_text()
    assert str(below.parents[1]) not in card
    assert str(below.parents[1]).encode() not in made.weights.read_bytes()
    commands = [line for line in card.splitlines() if line.startswith("restorebench train")]
    assert [shlex.split(line)[-1] for line in commands] == ["runs/toy", "runs/toy-latent"]


def test_a_compressor_that_was_moved_is_named(latent, toys, tmp_path):
    folder, below = latent
    moved = shutil.copy(below, tmp_path / "moved.safetensors")
    with pytest.raises(CheckpointError, match=r"is not there.*--compressor"):
        export(folder.path, tmp_path / "out", toys, compressor=tmp_path / "nowhere.safetensors")
    made = export(folder.path, tmp_path / "out", toys, compressor=moved)
    assert facts(made).compressor["recipe"] == "toy"
    save(moved, load(folder.final), suite())
    with pytest.raises(CheckpointError, match="not the compressor"):
        export(folder.path, tmp_path / "out", toys, compressor=moved)


def test_what_cannot_be_exported_is_refused(latent, recipe, toys, tmp_path):
    folder, below = latent
    with pytest.raises(CheckpointError, match="compressor alone"):
        export(below, tmp_path / "out", toys)
    with pytest.raises(CheckpointError, match="or is new"):
        export(tmp_path, tmp_path / "out", toys)
    with pytest.raises(CheckpointError, match="does not exist"):
        export(tmp_path / "nothing", tmp_path / "out", toys)
    bare = tmp_path / "bare.safetensors"
    save(bare, replace(load(folder.final), origin={}), suite())
    with pytest.raises(CheckpointError, match="by which recipe"):
        export(bare, tmp_path / "out", toys)
    assert not (tmp_path / "out").exists()


def test_a_run_that_has_not_ended_is_refused(latent, toys, tmp_path):
    folder = RunFolder(shutil.copytree(latent[0].path, tmp_path / "run"))
    folder.final.unlink()
    with pytest.raises(CheckpointError, match="has not ended"):
        export(folder.path, tmp_path / "out", toys)


def test_weights_that_float16_cannot_hold_are_refused():
    with pytest.raises(CheckpointError, match=r"ending\.weight.*float16"):
        half({"intro.weight": torch.zeros(2), "ending.weight": torch.tensor([1.0, 7e4])})


def test_a_card_says_what_a_network_reads_beside_the_image(recipe):
    made = recipe(data={"name": "bokeh-scenes"})
    setup = Setup(backbone=Choice("nafnet"), condition=(1, 3), guides=("nearness",))
    about = subject(made, setup, suite())
    numbers = ("target-f-number", "focus-distance (m)")
    assert about["reads"] == (*numbers, "nearness (1 / depth, in 1/m: 0 far away)")
    assert (about["task"], about["split"], about["images"]) == ("bokeh", "train", 64)


def test_a_card_says_which_restorer_comes_first(exported, recipe):
    file = CardFile.read(exported(recipe())[1].weights)
    assert "starts from" not in network(file)
    after = replace(file, setup=file.setup.replace(initial="identity"))
    assert "| starts from | what the restorer `identity` makes of the image |" in network(after)


def test_the_verb_prints_what_it_wrote(invoke, runs, recipe, toys, tmp_path, monkeypatch):
    monkeypatch.setattr(verbs, "installed", lambda: toys)
    run = str(runs(recipe(), "regression").path)
    done = invoke("export", run, "--output", tmp_path / "out")
    assert done.exit_code == 0, done.output
    written = sorted(str(path) for path in (tmp_path / "out").iterdir())
    assert sorted(done.stdout.splitlines()) == written
    assert [path.rpartition("/")[2] for path in written] == ["toy.md", "toy.safetensors"]
    shown = invoke("card", written[1])
    assert shown.stdout == (tmp_path / "out" / "toy.md").read_text()
    facts = json.loads(invoke("card", written[1], "--json").stdout)
    assert facts["sha256"] in shown.stdout
    assert facts["evaluation"]["rows"][0]["restorer"] == "toy"
    assert invoke("export", tmp_path, "--output", "x").exit_code == 2


def test_the_file_can_be_sampled_in_fewer_steps_than_the_run(
    runs, diffusion, recipe, toys, tmp_path
):
    folder = runs(diffusion(), "diffusion")
    made = export(folder.path, tmp_path, toys, "toy", steps=1)
    assert load(made.weights).setup.steps == 1
    assert "sampled in 2 steps" in made.card.read_text(encoding="utf-8")
    assert facts(made).evaluation.rows[0].nfe == 1
    with pytest.raises(OptionError, match="has no steps"):
        export(runs(recipe(), "regression").path, tmp_path, toys, "toy", steps=2)
