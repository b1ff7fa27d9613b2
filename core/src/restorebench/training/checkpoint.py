"""The checkpoint that a run writes: its weights, and where they come from."""

from __future__ import annotations

import json
from collections.abc import Mapping

import torch
from torch import Tensor

from restorebench.checkpoints.file import Checkpoint
from restorebench.checkpoints.trained_on import TrainedOn
from restorebench.harness.provenance import hardware
from restorebench.training.data.cache import SplitCache
from restorebench.training.networks import Networks, compressor_digest
from restorebench.training.recipe import Recipe
from restorebench.training.validation import Validation
from restorebench.types import JSON


def checkpoint_of(
    recipe: Recipe, networks: Networks, weights: Mapping[str, Tensor], scale: int
) -> Checkpoint:
    """A copy of `weights`, those of the trained network, with the frozen compressor's."""
    setup, copied = recipe.setup(scale), _copied(weights)
    if recipe.compresses:
        return Checkpoint(setup, compressor=copied)
    frozen = {} if networks.compressor is None else _copied(networks.compressor.state_dict())
    return Checkpoint(setup, copied, frozen)


def origin_of(
    recipe: Recipe,
    name: str,
    device: str,
    images: SplitCache,
    trained_on: TrainedOn,
    seconds: float,
    validation: Validation | None,
) -> dict[str, JSON]:
    """Recipe, data, time, hardware and validation scores (dB); `name` is the recipe's."""
    facts = hardware(device)
    scores: dict[str, JSON] = {}
    if validation is not None:
        scores = {
            "val_psnr": round(validation.psnr, 4),
            "val_identity": round(validation.identity, 4),
        }
    return {
        "recipe": name,
        "values": json.dumps(recipe.model_dump(mode="json"), ensure_ascii=False),
        "steps": recipe.steps,
        "seed": recipe.seed,
        "data": data_of(recipe),
        "data_hash": images.content_hash,
        **trained_on.origin(),
        "compressor_sha256": compressor_digest(recipe),
        "seconds": round(seconds, 1),
        "processor": facts.get("device_name") or facts["processor"],
        "threads": torch.get_num_threads(),
        "torch": torch.__version__,
        **scores,
    }


def data_of(recipe: Recipe) -> str:
    """What a recipe is trained on, in words: the data set, or what was given for it."""
    data = recipe.data
    named = (data.train,) if isinstance(data.train, str) else data.train
    plain = named in {("train",), ("val",), ("test",)}
    return data.name if plain else " + ".join(named)


def _copied(weights: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {key: value.detach().cpu().clone() for key, value in weights.items()}
