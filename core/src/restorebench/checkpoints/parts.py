"""What a setup names, built: networks, path and solver, from the registries of a suite."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeVar

import torch
from torch import Tensor

from restorebench.backbones.backbone import Backbone
from restorebench.backbones.backbone import Family as BackboneFamily
from restorebench.backbones.config import BackboneConfig
from restorebench.checkpoints.setup import Choice
from restorebench.compressors.compressor import Compressor
from restorebench.compressors.compressor import Family as CompressorFamily
from restorebench.errors import OptionError, PluginError
from restorebench.paths.curves import Reals
from restorebench.paths.path import Path
from restorebench.plugins import Suite
from restorebench.registry import Registry, nearest
from restorebench.solvers.grids import grid

F = TypeVar("F", BackboneFamily[Any], CompressorFamily[Any])
N = TypeVar("N", bound=torch.nn.Module)
_OWN = ("path", "predict", "x", "mu", "times", "noise", "callback", "state")
"""The arguments of a solver that are not options of it."""


def backbone_family(suite: Suite, name: str) -> BackboneFamily[Any]:
    """The registered kind of backbone of that name."""
    return _family(suite.backbones, name, BackboneFamily)


def compressor_family(suite: Suite, name: str) -> CompressorFamily[Any]:
    """The registered kind of compressor of that name."""
    return _family(suite.compressors, name, CompressorFamily)


def config_of(family: BackboneFamily[Any] | CompressorFamily[Any], choice: Choice) -> Any:
    """The configuration that a choice gives: that of its ``size``, with its other options.

    Raises `OptionError` for a size that there is not, and for options that do not fit.
    """
    values = dict(choice.options)
    size = values.pop("size", None)
    if size is not None and size not in family.sizes:
        msg = f"{family.name} has no size {size!r}; {nearest(str(size), family.sizes)}"
        raise OptionError(msg)
    base: Mapping[str, Any] = family.sizes[size].to_dict() if size is not None else {}
    return family.config.from_dict({**base, **values})


def resolved(choice: Choice, config: BackboneConfig) -> Choice:
    """The same choice with its whole configuration written out."""
    return Choice(choice.name, config.to_dict())


def backbone(suite: Suite, choice: Choice) -> Backbone:
    """A backbone with fresh weights, ready to be given others."""
    family = backbone_family(suite, choice.name)
    return _built(family.build, config_of(family, choice))


def compressor(suite: Suite, choice: Choice) -> Compressor:
    """A compressor with fresh weights, ready to be given others."""
    family = compressor_family(suite, choice.name)
    return _built(family.build, config_of(family, choice))


def path(suite: Suite, choice: Choice) -> Path:
    """A path; `OptionError` names an option that it does not take.

    Raises `PluginError` where its target makes something else.
    """
    make = suite.sdes.load(choice.name)
    _check_options("the path", choice, make, ())
    made = make(**choice.options)
    if not isinstance(made, Path):
        msg = f"the path {choice.name!r} is a {type(made).__name__}; expected a restorebench Path"
        raise PluginError(msg)
    return made


def solver(suite: Suite, choice: Choice) -> Callable[..., Tensor]:
    """A solver with its options filled in; `OptionError` names one that it does not take."""
    function = suite.solvers.load(choice.name)
    _check_options("the solver", choice, function, _OWN)
    return partial(function, **choice.options)


def times(choice: Choice, path: Path, steps: int, start: float) -> Reals:
    """The times of a grid with its options: `steps` of them below `start`, down to 0."""
    make: Callable[..., Reals] = grid(choice.name)
    _check_options("the grid", choice, make, ("path", "n", "t_max"))
    return make(path, steps, start, **choice.options)


def _family(registry: Registry[Any], name: str, kind: type[F]) -> F:
    found = registry.load(name)
    if not isinstance(found, kind):
        msg = (
            f"the {registry.kind} {name!r} of {registry.provider(name)} is a "
            f"{type(found).__name__}; expected a {kind.__module__}.Family"
        )
        raise PluginError(msg)
    return found


def _built(build: Callable[[Any], N], config: Any) -> N:
    with torch.random.fork_rng(devices=[]):  # fresh weights must not advance the caller's generator
        return build(config).eval()


def _check_options(
    what: str, choice: Choice, function: Callable[..., Any], own: tuple[str, ...]
) -> None:
    known = [name for name in inspect.signature(function).parameters if name not in own]
    for name in choice.options:
        if name not in known:
            hint = nearest(name, known) if known else "it has none"
            msg = f"{what} {choice.name!r} takes no option {name!r}; {hint}"
            raise OptionError(msg)
