"""The networks that come with the plugins are what their cards say."""

from __future__ import annotations

import shlex
import struct
from functools import cache

import numpy as np
import pytest
from typer.main import get_command

from restorebench.checkpoints.file import sha256
from restorebench.checkpoints.setup import Choice
from restorebench.checkpoints.trained_on import TrainedOn
from restorebench.cli.app import app
from restorebench.cli.key_value import key_value
from restorebench.errors import SampleError
from restorebench.harness.plan import RestorerRef
from restorebench.plugins import suite
from restorebench.restorers.base import Context
from restorebench.training.data.split import training_split
from restorebench.training.library import read_recipe, recipe_names
from restorebench.training.model_card.card_file import CardFile
from restorebench.training.model_card.evaluation import Evaluator
from restorebench.training.model_card.render import card_of
from restorebench.training.recipe import Data, Recipe
from restorebench.types import Sample

LARGEST = 3_000_000
ON_REQUEST = {"bokeh-diffusion-mean", "stereo-diffusion-mean", "dehaze-latent-diffusion"}
"""Two for their time, one for its quality."""
LONG = 128
"""Images of a training split above which every 16th is compared: making all takes minutes."""
TOLERANCE = 0.05
"""dB between machines, whose arithmetic rounds differently."""


def card_commands(model, verb: str) -> list[list[str]]:
    """The words behind `restorebench VERB` of each such line of a model's card."""
    lines = [shlex.split(line) for line in model.card.splitlines() if line[:13] == "restorebench "]
    return [words[2:] for words in lines if words[1] == verb]


def test_a_card_is_what_its_file_says(model):
    assert model.card == card_of(model.path)


def test_the_numbers_of_a_card_are_those_of_its_file(model):
    file, card = CardFile.read(model.path), model.card
    rows = dict(line.strip("| ").partition(" | ")[::2] for line in card.splitlines())
    assert rows["SHA-256"] == f"`{sha256(model.path)}`"
    assert rows["network calls (NFE)"] == str(file.facts.evaluation.rows[0].nfe)
    assert rows["seed"] == str(file.values["seed"])
    assert rows["steps"].startswith(f"{file.values['steps']} of ")
    assert rows["hash of the split"] == f"`{file.origin['data_hash']}`"
    psnr = file.facts.evaluation.rows[0].scores["psnr"]
    assert rows[f"**{model.name}**"].split(" | ")[1] == f"{psnr:.2f}"


def test_a_file_is_small_and_half_as_precise(model):
    raw = model.path.read_bytes()
    assert len(raw) <= LARGEST
    (length,) = struct.unpack("<Q", raw[:8])
    header = raw[8 : 8 + length].decode()
    assert '"dtype":"F16"' in header
    assert '"dtype":"F32"' not in header


def test_it_was_trained_on_the_training_split_alone(model):
    file = CardFile.read(model.path)
    data = file.values["data"]
    assert (data["train"], data["val"]) == ("train", "val")
    assert file.facts.split == "train"
    assert suite().datasets[data["name"]].generated
    assert "photos" not in data["name"]
    if (below := file.facts.compressor) is not None:
        assert below["data_hash"] == file.origin["data_hash"]


def test_its_card_trains_the_same_again(model):
    file = CardFile.read(model.path)
    *below, last = card_commands(model, "train")
    values = [file.values]
    if file.facts.compressor is not None:
        values.insert(0, key_value(f"x={file.facts.compressor['values']}")[1])
    for words, expected in zip([*below, last], values, strict=True):
        name, *changed, out, folder = words
        assert name in recipe_names()
        assert (out, folder.split("/")[0]) == ("--output", "runs")
        made = read_recipe(name, dict(map(key_value, changed)))
        assert trained_by(made) == trained_by(Recipe.model_validate(expected))


def trained_by(recipe: Recipe) -> dict:
    """Values that decide the weights; of a frozen compressor the file is what counts."""
    values = recipe.model_dump(mode="json", exclude={"summary", "citation"})
    if not recipe.compresses and recipe.compressor is not None:
        values["compressor"] = recipe.compressor["weights"]
    return values


def test_the_commands_of_its_card_exist(model):
    verbs = get_command(app).commands
    for line in model.card.splitlines():
        if line.startswith("restorebench "):
            _, verb, *words = shlex.split(line)
            known = {name for parameter in verbs[verb].params for name in parameter.opts}
            assert {w for w in words if w.startswith("--")} <= known
    scored = card_commands(model, "run")[0]
    assert scored[scored.index("--restorer") + 1] == model.name


def test_a_restorer_serves_its_task_by_default(restorer, restorers):
    spec, model = suite().restorers[restorer], restorers[restorer]
    facts = CardFile.read(model.path).facts
    assert spec.tasks == (facts.task,)
    assert spec.resizes == suite().tasks[facts.task].resizes
    assert spec.default is (restorer not in ON_REQUEST)
    assert restorer == model.name + ("-mean" if model.options else "")
    assert model.package == suite().restorers.provider(restorer).module
    assert spec.target.startswith(f"{model.package}.")


def test_options_reach_the_network(restorer, restorers):
    model = restorers[restorer]
    made = model(precision="bfloat16", label="x", suite=suite())
    assert made.label == RestorerRef.parse(f"{restorer}:label=x").label
    if made.setup.path is not None:
        options = {"steps": 3, "solver": "ddim", "grid": "uniform-lambda", "mean_of": 2}
        changed = model(**options, suite=suite())
        assert (changed.setup.steps, changed.mean_of) == (3, 2)
        assert changed.setup.solver == Choice("ddim")


def test_one_image_is_restored_as_its_card_was_made(quick):
    first = CardFile.read(quick.path).facts.evaluation.rows[0]
    made = Evaluator(suite(), *split(quick), limit=1).row(quick.name, quick(suite=suite()))
    ((sample_id, psnr),) = made.samples.items()
    assert psnr == pytest.approx(first.samples[sample_id], abs=TOLERANCE)
    assert (made.nfe, made.macs, made.parameters) == (first.nfe, first.macs, first.parameters)


@pytest.mark.slow
def test_all_images_score_as_its_card_says(model):
    judge, said = Evaluator(suite(), *split(model)), CardFile.read(model.path).facts.evaluation
    assert judge.protocol.hash == said.protocol_hash
    made = judge.row(model.name, model(suite=suite()))
    assert made.samples == pytest.approx(said.rows[0].samples, abs=TOLERANCE)
    assert made.scores["psnr"] == pytest.approx(said.rows[0].scores["psnr"], abs=TOLERANCE)


@pytest.mark.slow
def test_the_training_split_is_still_that_of_its_card(model):
    file = CardFile.read(model.path)
    data = Recipe.model_validate(file.values).data
    opened = training_split(suite(), data)
    assert file.facts.images == len(opened)
    if len(opened) > LONG:
        seen = TrainedOn.of(file.origin)
        assert all(seen.has_seen("", opened.identity(name).target) for name in opened.ids[::16])
    else:
        assert train_hash(data.name, data.train, data.scenes) == file.origin["data_hash"]


@cache
def train_hash(name: str, train: str, scenes: int | None) -> str:
    data = Data(name=name, train=train, patch=1, scenes=scenes)
    return training_split(suite(), data).content_hash


def split(model) -> tuple[str, str]:
    """Data set and split that a card has scores of."""
    said = CardFile.read(model.path).facts.evaluation
    return said.dataset, said.split


def test_a_network_for_one_scale_refuses_others(restorer, restorers):
    model = restorers[restorer]
    scale = CardFile.read(model.path).setup.scale
    (task,) = suite().restorers[restorer].tasks
    views, numbers = suite().tasks[task].views, len(suite().tasks[task].condition)
    condition = np.ones(numbers, np.float32)
    other = Sample("other", np.zeros((views, 3, 8, 8), np.float32), condition=condition, scale=2)
    with pytest.raises(SampleError, match=f"'other' is to be enlarged 2 times.*for {scale} times"):
        model(suite=suite()).restore(other, Context("any"))
