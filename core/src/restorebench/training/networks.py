"""The networks of a recipe: the trained one, and its frozen compressor, if any."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from operator import or_
from pathlib import Path
from typing import Any, TypeVar, cast

import torch
from torch import nn

from restorebench.backbones.backbone import Backbone
from restorebench.checkpoints import parts
from restorebench.checkpoints.file import load, sha256
from restorebench.checkpoints.setup import Choice
from restorebench.checkpoints.trained_on import TrainedOn
from restorebench.compressors.compressor import Compressor
from restorebench.errors import OptionError
from restorebench.plugins import Suite
from restorebench.restorers.guides import check_guides
from restorebench.restorers.initial import InitialRestorer
from restorebench.training.beginning import begin, beginning
from restorebench.training.recipe import Recipe

N = TypeVar("N", bound=nn.Module)


@dataclass(frozen=True, eq=False)
class Networks:
    """A backbone (None where a compressor is trained), and the compressor, if there is one."""

    backbone: Backbone | None
    compressor: Compressor | None

    @property
    def trained(self) -> nn.Module:
        """The network whose weights change."""
        return cast(nn.Module, self.compressor if self.backbone is None else self.backbone)

    def to(self, device: str) -> Networks:
        """The same networks, moved to a torch device."""
        for network in (self.backbone, self.compressor):
            if network is not None:
                network.to(device)
        return self


def make_networks(suite: Suite, recipe: Recipe) -> Networks:
    """Initialise the networks from the recipe's seed; a frozen compressor is read from its file.

    Raises `OptionError` or `CheckpointError` where the two do not fit, or the file is missing.
    """
    if recipe.compresses:
        compressor = _fresh(parts.compressor, suite, recipe.compressor, "compressor", recipe.seed)
        if not any(True for _ in compressor.parameters()):
            msg = f"the compressor {recipe.compressor!r} has nothing to train"
            raise OptionError(msg)
        return Networks(None, compressor.train())
    backbone = _fresh(parts.backbone, suite, recipe.backbone, "backbone", recipe.seed)
    frozen = None if recipe.compressor is None else _frozen(suite, recipe.compressor)
    channels = 3 if frozen is None else frozen.latent_channels
    if backbone.inputs.channels != channels:
        msg = f"the backbone works on {backbone.inputs.channels} channels"
        raise OptionError(f"{msg}; expected {channels}: set backbone.channels={channels}")
    inputs = backbone.inputs
    check_guides(suite, recipe.data.guides, inputs.guides, frozen is not None, inputs.views)
    begin(suite, recipe, backbone)
    return Networks(backbone.train(), frozen)


def resolved(recipe: Recipe) -> Recipe:
    """The recipe with its compressor's configuration, read from the compressor's file.

    Raises `OptionError` for a file without a compressor.
    """
    weights = _weights(recipe.compressor)
    if recipe.compresses or weights is None:
        return recipe
    choice = load(weights).setup.compressor
    if choice is None:
        msg = f"compressor.weights={weights} holds no compressor"
        raise OptionError(msg)
    table = {**choice.to_dict(), "weights": str(weights)}
    return recipe.model_copy(update={"compressor": table})


def compressor_digest(recipe: Recipe) -> str | None:
    """The hash of the file of a frozen compressor."""
    weights = _weights(recipe.compressor)
    return None if recipe.compresses or weights is None else sha256(weights)


def beginning_digest(suite: Suite, recipe: Recipe) -> str | None:
    """The hash of the file whose weights the network begins with, that of its teacher, if any."""
    named = recipe.begin or recipe.objective.teacher
    return None if named is None else beginning(suite, named).digest


def inherited(suite: Suite, recipe: Recipe) -> TrainedOn:
    """What other weights in the run were trained on.

    Those that the network begins with, of its teacher, of a frozen compressor, and of the restorer
    that makes its inputs.
    """
    names = (recipe.begin, recipe.objective.teacher)
    found = [beginning(suite, name).trained_on for name in names if name is not None]
    if not recipe.compresses and (weights := _weights(recipe.compressor)) is not None:
        found.append(TrainedOn.of(load(weights).origin))
    return reduce(or_, found, InitialRestorer(suite, recipe.data.initial).trained_on)


def _weights(compressor: Any) -> Path | None:
    given = compressor.get("weights") if isinstance(compressor, dict) else None
    return Path(given).expanduser() if given else None


def _frozen(suite: Suite, named: Any) -> Compressor:
    weights = _weights(named)
    if weights is not None:
        made = load(weights).networks(suite, str(weights))[1]
        if made is None:
            msg = f"compressor.weights={weights} holds no compressor"
            raise OptionError(msg)
    else:
        made = parts.compressor(suite, Choice.read(named, "compressor"))
        if any(True for _ in made.parameters()):
            msg = (
                "this recipe works on the latents of a trained compressor: name the file that its "
                "own run wrote, compressor.weights=FILE"
            )
            raise OptionError(msg)
    return made.requires_grad_(False).eval()


def _fresh(build: Callable[[Suite, Choice], N], suite: Suite, named: Any, key: str, seed: int) -> N:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return build(suite, Choice.read(named, key))
