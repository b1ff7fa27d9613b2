"""Which restorer `restore` uses, and what is known of it."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from restorebench.cli.output import warning
from restorebench.data.hashing import combined_hash
from restorebench.errors import OptionError
from restorebench.harness.plan import RestorerRef, offered
from restorebench.plugins import Suite
from restorebench.registry import nearest
from restorebench.restorers.base import Fingerprinted, Restorer
from restorebench.restorers.factory import make_restorer
from restorebench.specs import RestorerSpec, TaskSpec
from restorebench.types import JSON

if TYPE_CHECKING:
    from restorebench.restorers.weights import FromWeights

_OF_FILES = {"weights", "config", "label"}
"""Options that the fingerprint of weights replaces: their files may be moved."""

Options = Mapping[str, JSON]


@dataclass(frozen=True)
class Choice:
    """A restorer, how it was chosen, and what it takes; `task` is None where it may be any."""

    restorer: Restorer
    spec: RestorerSpec
    options: Options
    task: TaskSpec | None
    views: int
    scale: int

    @property
    def context(self) -> str:
        """The name under which its noise is drawn."""
        return self.task.name if self.task else "restore"

    def maker(self, seed: int) -> dict[str, Any]:
        """What all images that it makes have in common, beside their inputs."""
        network = _from_weights(self.restorer)
        weights = network.fingerprint("", self.views) if network else ""
        unnamed = _OF_FILES if weights else {"label"}
        return {
            "restorer": self.spec.name,
            "revision": self.spec.revision,
            "options": {k: v for k, v in sorted(self.options.items()) if k not in unnamed},
            **({"weights": weights} if weights else {}),
            "task": self.context,
            "scale": self.scale,
            "seed": seed,
        }

    def fingerprint(self, maker: Mapping[str, Any], scene: str, digest: str) -> str:
        """What decides the image of a scene, whose input has that digest."""
        own = ""
        if isinstance(self.restorer, Fingerprinted):
            own = self.restorer.fingerprint(scene, self.views)
        return combined_hash([json.dumps(maker, sort_keys=True), digest, own])


def choose(
    suite: Suite,
    restorer: str,
    weights: Path | None,
    options: Options,
    task: str | None,
    scale: int | None,
) -> Choice:
    """The restorer of ``NAME:key=value,…`` or of a file of weights, with further options.

    `weights` may also be the name of a restorer that brings its own. Raises `OptionError` for what
    does not fit together.
    """
    if bool(restorer) == bool(weights):
        msg = "give either --restorer NAME or --weights FILE; see 'restorebench restorers'"
        raise OptionError(msg)
    if weights is None:
        ref = RestorerRef.parse(restorer)
        name, given = ref.name, {**dict(ref.options), **options}
        found = given
    else:
        name, given = _of_weights(suite, weights, options)
        found = {k: v for k, v in given.items() if k != "weights"}
    spec = suite.restorers[name]
    of_task = _task(suite, spec, task)
    made = make_restorer(suite, name, **given)
    takes = _scale(made, spec, of_task, scale)
    return Choice(made, spec, found, of_task, _views(made, of_task), takes)


def _of_weights(suite: Suite, weights: Path, options: Options) -> tuple[str, dict[str, Any]]:
    """The name and the options of the restorer for a file of weights, or of that name."""
    if not weights.expanduser().exists():
        if str(weights) in suite.restorers:
            return str(weights), dict(options)
        msg = f"--weights is {str(weights)!r}, neither a file nor a restorer's name"
        raise OptionError(f"{msg}; {nearest(str(weights), suite.restorers.names())}")
    from restorebench.restorers.weights import Weights

    found = Weights.read(str(weights), suite)
    if weights.suffix != ".safetensors":
        path = found.checkpoint.setup.path
        assumed = ", ".join(f"{k} = {v}" for k, v in (path.to_dict() if path else {}).items())
        warning(f"{weights} does not say how it is used; assumed: {assumed or 'one call'}")
    if found.setup(str(options.get("config", ""))).path is not None:
        return "diffusion", {**options, "weights": found}
    if unfit := [key for key in options if key not in {"config", "precision"}]:
        which = ", ".join(f"--{key.replace('_', '-')}" for key in unfit)
        msg = f"{weights} holds a network of one call, which takes no {which}"
        raise OptionError(msg)
    return "regression", {**options, "weights": found}


def _task(suite: Suite, spec: RestorerSpec, name: str | None) -> TaskSpec | None:
    """The task as named, or the only one that the restorer is for."""
    fits = [task for task in suite.tasks if offered(spec, task)]
    if name is None:
        return fits[0] if len(fits) == 1 and "*" not in spec.tasks else None
    if (task := suite.tasks[name]) not in fits:
        msg = f"the restorer {spec.name!r} is not for the task {name!r}"
        raise OptionError(f"{msg}, but for {', '.join(t.name for t in fits) or 'none here'}")
    return task


def _views(restorer: Restorer, task: TaskSpec | None) -> int:
    if (of_weights := _from_weights(restorer)) is not None:
        return int(of_weights.model.backbone.inputs.views)
    return task.views if task else 1


def _scale(restorer: Restorer, spec: RestorerSpec, task: TaskSpec | None, given: int | None) -> int:
    enlarges = spec.resizes if spec.resizes is not None or task is None else task.resizes
    if given is None:
        of_weights = _from_weights(restorer)
        if of_weights is None and enlarges:
            msg = f"the restorer {spec.name!r} enlarges images: say how much, as in --scale 4"
            raise OptionError(msg)
        return int(of_weights.scale) if of_weights else 1
    if given != 1 and enlarges is False:
        msg = f"--scale is {given}, but {spec.name!r} gives images of their own size"
        raise OptionError(msg)
    return given


def _from_weights(restorer: Restorer) -> FromWeights | None:
    """It, if it is a network with weights from a file; PyTorch is imported only by such."""
    module = sys.modules.get("restorebench.restorers.weights")
    is_one = module is not None and isinstance(restorer, module.FromWeights)
    return cast("FromWeights", restorer) if is_one else None
