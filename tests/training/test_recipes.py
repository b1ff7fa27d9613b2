"""Recipes: those that ship can be trained, and a wrong one says what is wrong with it."""

from __future__ import annotations

import pytest
import torch

from restorebench.checkpoints import parts
from restorebench.checkpoints.setup import Choice
from restorebench.errors import OptionError, UnknownNameError
from restorebench.plugins import suite
from restorebench.training.library import read_recipe, recipe_names
from restorebench.training.optim.objectives import Diffusion

NAMES = recipe_names()


def refusal(name="dehaze-regression-compact", **changes) -> str:
    with pytest.raises(OptionError) as caught:
        read_recipe(name, {key.replace("__", "."): value for key, value in changes.items()})
    return str(caught.value)


def test_every_task_has_its_recipes():
    for task in ("shadow", "stereo", "bokeh", "dehaze"):
        kinds = {"refusion-paper", "refusion-released", "regression-compact", "diffusion-compact"}
        assert {f"{task}-{kind}" for kind in kinds} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_what_a_recipe_names_is_there_and_fits_its_task(name):
    recipe, found = read_recipe(name), suite()
    task = found.tasks[found.datasets[recipe.data.name].task]
    assert name.startswith(task.name)
    setup = recipe.setup(4 if task.resizes else 1)
    assert setup.to_dict()
    if recipe.backbone is None:
        return
    with torch.device("meta"):
        inputs = parts.backbone(suite(), setup.backbone).inputs
    read = task.condition if recipe.data.condition is None else recipe.data.condition
    assert (inputs.views, inputs.condition_dim) == (task.views, len(read))
    if setup.compressor is None:
        assert inputs.channels == 3
    else:
        assert inputs.channels == parts.compressor(suite(), setup.compressor).latent_channels
    if setup.path is not None:
        Diffusion(recipe.objective, parts.path(suite(), setup.path), None)
        parts.times(setup.grid, parts.path(suite(), setup.path), setup.steps, setup.start)


def test_values_are_changed_by_their_place():
    changes = {"data.patch": 64, "path.max_sigma": 30, "ema": None, "backbone": "nafnet"}
    recipe = read_recipe("dehaze-diffusion-scratch", {**changes, "backbone.width": 8})
    assert (recipe.data.patch, recipe.path["max_sigma"], recipe.ema) == (64, 30, None)
    assert recipe.setup(1).backbone == Choice("nafnet", {"width": 8})


def test_a_recipe_comes_from_a_file(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(
        'summary = "mine"\nsteps = 5\nbatch = 1\nbackbone = "nafnet"\n'
        '[data]\nname = "x"\npatch = 8\n[objective]\nkind = "regression"\n[optimiser]\nlr = 1\n'
    )
    assert read_recipe(str(path)).summary == "mine"


def test_an_unknown_recipe_offers_the_nearest():
    with pytest.raises(UnknownNameError, match="did you mean 'dehaze-regression-compact'"):
        read_recipe("dehaze-regresion-compact")


def test_an_unknown_key_offers_the_nearest():
    assert "no key stepz; did you mean 'steps'" in refusal(stepz=3)
    assert "no key data.pach; did you mean 'patch'" in refusal(data__pach=3)
    assert "no key ema.decai; did you mean 'decay'" in refusal(ema__decai=3)


def test_a_value_that_does_not_fit_is_named():
    assert "batch is 'many'; expected a valid integer" in refusal(batch="many")
    assert "steps is 0; expected a number greater than or equal to 1" in refusal(steps=0)
    assert "optimiser.name" in refusal(optimiser__name="sgd")


def test_parts_that_contradict_each_other_are_refused():
    assert "diffusion needs a path" in refusal(objective__kind="diffusion")
    assert "trains a compressor" in refusal(objective__kind="latent-replacement")
    assert "multiple of accumulate" in refusal(accumulate=3)


def test_a_file_that_cannot_be_a_recipe_is_named(tmp_path):
    path = tmp_path / "bad.toml"
    path.write_text("steps = ")
    with pytest.raises(OptionError, match=r"bad\.toml is not TOML"):
        read_recipe(str(path))
    with pytest.raises(OptionError, match="cannot be read"):
        read_recipe(str(tmp_path / "absent.toml"))
