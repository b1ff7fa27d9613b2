"""The weights that a network begins with, in place of random ones."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from restorebench.backbones.backbone import Backbone
from restorebench.backbones.nafnet import NAFNet
from restorebench.errors import OptionError
from restorebench.harness.plan import RestorerRef
from restorebench.plugins import Suite
from restorebench.restorers.factory import make_restorer
from restorebench.restorers.weights import FromWeights
from restorebench.training.recipe import Recipe


def begin(suite: Suite, recipe: Recipe, network: Backbone) -> None:
    """Give a new network the weights of the restorer `recipe.begin`, or of its teacher, if any.

    The same network takes them as they are. A NAFNet that predicts residuals along a path takes
    those of a regression of the same blocks, so that x̂0 is at first what the regression restores,
    at every t and whatever x_t is. Raises `OptionError` where neither fits.
    """
    if (named := recipe.begin or recipe.objective.teacher) is None:
        return
    given = beginning(suite, named).model.backbone
    if _is_regression_of(given, network) and recipe.objective.head == "residual":
        weights = _along_a_path(given.state_dict(), network.state_dict())
    else:
        weights = dict(given.state_dict())
    try:
        network.load_state_dict(weights)
    except RuntimeError as error:
        msg = f"the recipe's network cannot begin as {named!r}, which is another one: {error}"
        raise OptionError(msg) from error


def beginning(suite: Suite, named: str) -> FromWeights:
    """The restorer ``"name"`` or ``"name:key=value"``; `OptionError` where it has no weights."""
    ref = RestorerRef.parse(named)
    restorer = make_restorer(suite, ref.name, **dict(ref.options))
    if not isinstance(restorer, FromWeights):
        msg = f"a network cannot begin as {named!r}, which has no weights; name a restorer such as"
        raise OptionError(f"{msg} 'dehaze-regression' or 'diffusion:weights=FILE'")
    return restorer


def _is_regression_of(given: Backbone, network: Backbone) -> bool:
    if not isinstance(given, NAFNet) or not isinstance(network, NAFNet):
        return False
    grown = given.config.replace(degraded=True, timed=True, residual=False)
    return not given.config.degraded and grown == network.config


def _along_a_path(given: Mapping[str, Tensor], own: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Weights of x + f(x) for a network of [x − μ, μ], t and guides that says −f(μ)."""
    made = {name: given.get(name, value) for name, value in own.items()}
    taken, read = own["intro.weight"].shape[1], given["intro.weight"]
    silent = torch.zeros_like(read[:, : taken - read.shape[1]])
    made["intro.weight"] = torch.cat([silent, read], dim=1)
    for part in ("weight", "bias"):
        made[f"ending.{part}"] = -given[f"ending.{part}"]
    blocks = [n for n in made if n not in given and not n.startswith("time.")]
    return made | {name: torch.zeros_like(own[name]) for name in blocks}
