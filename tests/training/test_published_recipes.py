"""The recipes `paper` and `released` have the numbers of their sources.

`released`: the training options (YAML) of github.com/Algolzw/image-restoration-sde at 2598d73, and
its trainer for the average of the weights. `paper`: batch, patch, optimiser, rate, σ and T of arXiv
2304.08291, the rest as released; of IR-SDE's paper (arXiv 2301.11699) batch, patch, steps and
milestones are unchecked. The files say so too.
"""

from __future__ import annotations

from typing import NamedTuple

import pytest
import torch

from restorebench.checkpoints import parts
from restorebench.plugins import suite
from restorebench.training.library import read_recipe, recipe_names
from restorebench.training.recipe import Averaging


class Row(NamedTuple):
    """max_sigma (0: no path), rate, steps, batch, patch, trained parameters, average of weights."""

    sigma: float
    rate: float
    steps: int
    batch: int
    patch: int
    parameters: int
    averaged: bool


SHADOW, STEREO, IRSDE = 76_608_387, 112_033_667, 137_147_523
DEHAZE, BOKEH = 76_617_032, 131_467_716
HAZE_UNET, BOKEH_UNET = 2_007_859, 6_155_139
NUMBERS = {
    "shadow-irsde-released": Row(10, 1e-4, 700_000, 4, 128, IRSDE, True),
    "shadow-irsde-paper": Row(10, 1e-4, 500_000, 16, 128, IRSDE, True),
    "shadow-refusion-released": Row(50, 4e-5, 700_000, 4, 128, SHADOW, True),
    "shadow-refusion-paper": Row(50, 3e-5, 700_000, 8, 256, SHADOW, True),
    "stereo-refusion-released": Row(50, 3e-5, 600_000, 8, 128, STEREO, True),
    "stereo-refusion-paper": Row(50, 3e-5, 600_000, 8, 256, STEREO, True),
    "dehaze-refusion-released": Row(50, 3e-5, 400_000, 8, 1024, DEHAZE, True),
    "dehaze-refusion-paper": Row(50, 3e-5, 400_000, 8, 256, DEHAZE, True),
    "bokeh-refusion-released": Row(50, 3e-5, 1_000_000, 8, 512, BOKEH, False),
    "bokeh-refusion-paper": Row(50, 3e-5, 1_000_000, 8, 256, BOKEH, False),
    "dehaze-compressor-released": Row(0, 3e-5, 300_000, 16, 256, HAZE_UNET, False),
    "dehaze-compressor-paper": Row(0, 3e-5, 300_000, 8, 256, HAZE_UNET, False),
    "bokeh-compressor-released": Row(0, 3e-5, 300_000, 16, 256, BOKEH_UNET, False),
    "bokeh-compressor-paper": Row(0, 3e-5, 300_000, 8, 256, BOKEH_UNET, False),
}
MIRRORED, TURNED = ("horizontal", "vertical"), ("horizontal", "vertical", "transpose")
AUGMENT = {
    "stereo-refusion-released": ("vertical",),  # no horizontal flip; transposition is left out
    "stereo-refusion-paper": MIRRORED,
    "dehaze-compressor-released": (*TURNED, "exchange"),
    "bokeh-compressor-released": (*TURNED, "exchange"),
}
MILESTONES = {
    "shadow-irsde-released": (200_000, 400_000, 600_000),
    "shadow-irsde-paper": (200_000, 400_000),
}
REFUSION = [name for name in NUMBERS if "irsde" not in name]
DIFFUSIONS = [name for name in NUMBERS if "compressor" not in name]


def test_none_is_left_out():
    kinds = ("-paper", "-released")
    assert set(NUMBERS) == {name for name in recipe_names() if name.endswith(kinds)}


@pytest.mark.parametrize("name", NUMBERS)
def test_numbers(name):
    recipe = read_recipe(name)
    with torch.device("meta"):
        setup = recipe.setup(4)
        built = (
            parts.compressor(suite(), setup.compressor)
            if recipe.compresses
            else parts.backbone(suite(), setup.backbone)
        )
    assert NUMBERS[name] == Row(
        sigma=recipe.path["max_sigma"] if recipe.path else 0,
        rate=recipe.optimiser.lr,
        steps=recipe.steps,
        batch=recipe.batch,
        patch=recipe.data.patch,
        parameters=sum(p.numel() for p in built.parameters()),
        averaged=recipe.ema is not None,
    )
    assert recipe.ema in (
        None,
        Averaging(decay=0.995, every=10, update_after_step=100, warmup_power=2 / 3),
    )
    assert recipe.data.augment == AUGMENT.get(name, TURNED)
    assert (recipe.seed, recipe.precision) == (0, "float32")


@pytest.mark.parametrize("name", NUMBERS)
def test_updates(name):
    optimiser, schedule = read_recipe(name).optimiser, read_recipe(name).schedule
    refusion = name in REFUSION
    assert optimiser.name == ("lion" if refusion else "adam")
    assert (optimiser.betas, optimiser.weight_decay, optimiser.clip) == ((0.9, 0.99), 0, None)
    assert schedule.name == ("cosine" if refusion else "multistep")
    assert (schedule.minimum, schedule.warmup) == (1e-7, 0)
    assert schedule.milestones == MILESTONES.get(name, ())


@pytest.mark.parametrize("name", DIFFUSIONS)
def test_diffusions(name):
    recipe = read_recipe(name)
    objective, sampler = recipe.objective, recipe.sampler
    path = {key: recipe.path[key] for key in ("name", "T", "schedule", "eps")}
    assert path == {"name": "irsde", "T": 100, "schedule": "cosine", "eps": 0.005}
    assert (objective.head, objective.weighting) == ("irsde-ml", "maximum-likelihood")
    assert objective.distance == "l1"
    assert (sampler.solver, sampler.grid, sampler.steps) == ("euler-maruyama", "reference", 100)
    assert sampler.prior == "stationary"
    latent = name.startswith(("dehaze", "bokeh"))
    assert (recipe.compressor is not None) is latent
