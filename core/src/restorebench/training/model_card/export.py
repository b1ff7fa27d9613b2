"""Export of a finished run: float16 weights with their origin, and a model card."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, NamedTuple

import torch
from pydantic import ValidationError
from torch import Tensor

from restorebench.atomic import write_text
from restorebench.checkpoints.file import SUFFIX, Checkpoint, load, save
from restorebench.errors import CheckpointError, OptionError
from restorebench.plugins import Suite
from restorebench.restorers.base import Restorer
from restorebench.restorers.diffusion import Diffusion
from restorebench.restorers.factory import make_restorer
from restorebench.restorers.packaged import CARD, DRAWS, packaged
from restorebench.restorers.regression import Regression
from restorebench.restorers.weights import Weights
from restorebench.training.model_card.evaluation import Evaluator
from restorebench.training.model_card.facts import KEY, Facts, compressor_origin, subject
from restorebench.training.model_card.recipe_diff import changes, final
from restorebench.training.model_card.render import card_of
from restorebench.training.recipe import Recipe
from restorebench.training.run_folder import RunFolder
from restorebench.types import JSON


class Exported(NamedTuple):
    """The files that were written."""

    weights: Path
    card: Path


def export(
    run: Path,
    folder: Path,
    suite: Suite,
    name: str = "",
    compressor: Path | None = None,
    steps: int | None = None,
    device: str = "cpu",
    progress: Callable[[str], None] | None = None,
) -> Exported:
    """Write NAME.safetensors and NAME.md (`name`: that of the run's recipe) into `folder`.

    `run` is the folder of a finished run, or its file. The weights become float16, and are scored
    on the validation split as such; `progress` is called after each restored sample.
    `compressor`: the file of a latent diffusion's compressor, if it was moved. `steps`: the
    number of sampling steps, where it differs from that of the run's validation. Files of those
    names are replaced; the same run makes the same bytes. Raises `CheckpointError` for what cannot
    be exported.
    """
    trained = load(_finished(run))
    recipe, called = _recipe(trained, run), str(trained.origin.get("recipe"))
    name = name or called
    below = compressor_origin(recipe, trained.origin, compressor)
    values = _values(recipe, below, steps)
    trained = _sampled(trained, steps)
    small = replace(trained, backbone=half(trained.backbone), compressor=half(trained.compressor))
    evaluator = Evaluator(suite, recipe.data.name, recipe.data.val, device, progress)
    changed = changes(values, called)
    facts = Facts(
        name=name,
        **subject(recipe, small.setup, suite),
        changes=None if changed is None else tuple(changed),
        compressor=below,
        evaluation=evaluator.evaluation(
            {**_restorers(suite, name, small), **_before(suite, recipe)}
        ),
    )
    origin: dict[str, JSON] = {"values": json.dumps(values, ensure_ascii=False)}
    origin[KEY] = json.dumps(asdict(facts), ensure_ascii=False)
    if values["sampler"]["steps"] != recipe.sampler.steps:
        origin["val_steps"] = recipe.sampler.steps
    return _written(suite, folder, name, replace(small, origin={**trained.origin, **origin}))


def _values(
    recipe: Recipe, compressor: Mapping[str, Any] | None, steps: int | None
) -> dict[str, Any]:
    """The recipe as it is exported: with its compressor by name, and `steps` of sampling."""
    values = recipe.model_dump(mode="json")
    if compressor is not None:
        values["compressor"]["weights"] = final(str(compressor["recipe"]))
    values["sampler"]["steps"] = steps or values["sampler"]["steps"]
    return values


def _sampled(trained: Checkpoint, steps: int | None) -> Checkpoint:
    """The same weights, to be sampled in so many steps (None: as they are)."""
    if steps is None:
        return trained
    if trained.setup.path is None:
        msg = "these weights are of a network that is called once: it has no steps"
        raise OptionError(msg)
    return replace(trained, setup=trained.setup.changed({"steps": steps}))


def half(weights: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The same weights as float16; `CheckpointError` where one is too large for it."""
    made = {k: v.half() if v.is_floating_point() else v for k, v in weights.items()}
    if beyond := [k for k, v in made.items() if not torch.isfinite(v).all()]:
        msg = f"{beyond[0]} has weights that float16 cannot hold (beyond ±65504, or no numbers)"
        raise CheckpointError(msg)
    return made


def _finished(run: Path) -> Path:
    """The file of weights of a finished run."""
    if not run.is_dir():
        return run
    folder = RunFolder(run)
    if not folder.final.exists():
        state = "has not ended; start it again" if folder.state.exists() else "is none, or is new"
        msg = f"{run} holds no {folder.final.name}: the run {state} ('restorebench train')"
        raise CheckpointError(msg)
    return folder.final


def _recipe(trained: Checkpoint, where: Path) -> Recipe:
    """The recipe that a run followed."""
    if trained.setup.backbone is None:
        msg = f"{where} holds a compressor alone; export the diffusion on its latents, with both"
        raise CheckpointError(msg)
    try:
        return Recipe.model_validate_json(str(trained.origin["values"]))
    except (KeyError, ValidationError) as error:
        msg = f"{where} does not say by which recipe it was trained, or by one of another version"
        raise CheckpointError(f"{msg} of restorebench: {error}") from error


def _restorers(suite: Suite, name: str, checkpoint: Checkpoint) -> dict[str, Restorer]:
    """What the file will be, by the names of rows: a diffusion also as the mean of draws."""
    weights = Weights(name, checkpoint, "")
    if checkpoint.setup.path is None:
        return {name: Regression(weights, suite=suite)}
    mean = Diffusion(weights, mean_of=DRAWS, suite=suite)
    return {name: Diffusion(weights, suite=suite), f"{name}, mean of {DRAWS} draws": mean}


def _before(suite: Suite, recipe: Recipe) -> dict[str, Restorer]:
    """The packaged restorers that the network began as and learned from."""
    names = (recipe.begin, recipe.objective.teacher)
    return {name: make_restorer(suite, name) for name in names if name in packaged(suite)}


def _written(suite: Suite, folder: Path, name: str, checkpoint: Checkpoint) -> Exported:
    made = Exported(folder / f"{name}{SUFFIX}", folder / f"{name}{CARD}")
    save(made.weights, checkpoint, suite)
    write_text(made.card, card_of(made.weights))
    return made
