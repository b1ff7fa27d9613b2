"""The diffusion that a student learns from."""

from __future__ import annotations

import torch
from torch import Tensor

from restorebench.backbones.backbone import Backbone
from restorebench.checkpoints import parts
from restorebench.checkpoints.setup import Choice, Setup
from restorebench.errors import OptionError
from restorebench.harness.plan import RestorerRef
from restorebench.paths.heads import predictor
from restorebench.plugins import Suite
from restorebench.restorers.diffusion import Diffusion
from restorebench.restorers.factory import make_restorer
from restorebench.restorers.sampling import Network, Process
from restorebench.training.recipe import Recipe

SOLVER = Choice("ddim")
"""Deterministic, so that x_t decides what the student is to say."""

_SHARED = ("path", "head", "scale", "enlarge", "condition", "guides", "initial")


class Teacher:
    """A restorer's network on its path; called at x_t, it gives x_0 after `steps` calls."""

    def __init__(self, restorer: Diffusion, process: Process, steps: int, suite: Suite) -> None:
        self.setup, self.steps = restorer.setup, steps
        self.backbone: Backbone = restorer.model.backbone.requires_grad_(False)
        self.path, self.head = process.path, process.head
        self._solver = parts.solver(suite, SOLVER)

    @torch.no_grad()
    def __call__(
        self,
        x: Tensor,
        mu: Tensor,
        t: float,
        condition: Tensor | None = None,
        guides: Tensor | None = None,
    ) -> Tensor:
        """x_0 of one time's x_t, (B, V, 3, h, w)."""
        times = parts.times(self.setup.grid, self.path, self.steps, t)
        network_times = [self.path.network_time(float(time)) for time in times[:-1]]
        with torch.autocast(x.device.type, enabled=False):  # as it is used: in float32
            network = Network(self.backbone.to(x.device), network_times, condition, guides)
            predict = predictor(self.path, self.head, network, mu)
            made: Tensor = self._solver(self.path, predict, x, mu, times, None)
        return made


def make_teacher(suite: Suite, recipe: Recipe) -> Teacher:
    """The teacher that a recipe names.

    Raises `OptionError` where it is not a diffusion in image space, or one that is used otherwise
    than the recipe's network will be.
    """
    named = str(recipe.objective.teacher)
    ref = RestorerRef.parse(named)
    restorer = make_restorer(suite, ref.name, **dict(ref.options))
    process = restorer.model.process if isinstance(restorer, Diffusion) else None
    if not isinstance(restorer, Diffusion) or process is None or restorer.model.compressor:
        msg = f"objective.teacher is {named!r}; expected a diffusion on images, such as"
        raise OptionError(f"{msg} 'dehaze-diffusion' or 'diffusion:weights=FILE'")
    _check(named, restorer.setup, recipe.setup(restorer.setup.scale or 1))
    return Teacher(restorer, process, recipe.objective.teacher_steps, suite)


def _check(named: str, teacher: Setup, student: Setup) -> None:
    for key in _SHARED:
        theirs, own = getattr(teacher, key), getattr(student, key)
        if theirs != own:
            msg = f"the teacher {named!r} has {key} {theirs!r}, the recipe {own!r}"
            raise OptionError(f"{msg}; a student follows the path of its teacher")
