"""A setup's path, head, solver and times, put to work on a network."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from inspect import signature
from typing import Any, TypeAlias

import numpy as np
import torch
from torch import Tensor

from restorebench.backbones.backbone import Backbone
from restorebench.checkpoints import parts
from restorebench.checkpoints.setup import Setup
from restorebench.errors import OptionError
from restorebench.paths.denoising import optimal_time
from restorebench.paths.heads import Predict, head, predictor
from restorebench.plugins import Suite
from restorebench.solvers.noise import START
from restorebench.solvers.state import MEMORY, State
from restorebench.solvers.stepping import Noise


@dataclass(frozen=True, eq=False)
class Moment:
    """A trajectory at time t: x_t and x̂0 as seen from there; `step` of `steps`, the last is x_0.

    `image` makes an image of either, where they are latents: when it is asked for, since decoding
    one takes longer than a step.
    """

    step: int
    steps: int
    t: float
    x: Tensor
    x0: Tensor
    image: Callable[[Tensor], Tensor] = lambda x: x

    @property
    def state(self) -> Tensor:
        """x_t as an image (B, V, 3, H, W)."""
        return self.image(self.x)

    @property
    def estimate(self) -> Tensor:
        """x̂0 as an image (B, V, 3, H, W)."""
        return self.image(self.x0)


Callback: TypeAlias = Callable[[Moment], None]


class Network:
    """A backbone at the times of one trajectory: embeds all of them at once, counts its calls.

    Computes in the type of its weights; takes and gives what the state has.
    """

    def __init__(
        self,
        backbone: Backbone,
        times: list[float],
        condition: Tensor | None,
        guides: Tensor | None = None,
    ) -> None:
        self.backbone, self.condition, self.calls = backbone, condition, 0
        self.guides = guides
        weight = next(backbone.parameters())
        self.dtype = weight.dtype
        embedded = torch.tensor(times, dtype=torch.float32, device=weight.device)
        self._rows = {time: k for k, time in enumerate(times)}
        self._modulation: Any = backbone.embed(embedded, condition)

    def __call__(self, x: Tensor, mu: Tensor, time: float) -> Tensor:
        """The backbone's prediction at (x, μ, time)."""
        self.calls += 1
        inputs = self.backbone.inputs
        reads = inputs.degraded or inputs.guides
        seen = known(mu, self.guides).to(self.dtype) if reads else None
        modulation, k = None, self._rows.get(time)
        if k is not None and self._modulation is not None:
            modulation = self._modulation[k]
        out: Tensor = self.backbone(
            x.to(self.dtype), seen, time, self.condition, modulation=modulation
        )
        return out.to(x.dtype)


def tempered(noise: Noise, temperature: float) -> Noise:
    """The noise source, its standard deviation multiplied by `temperature`."""
    if temperature == 1:
        return noise
    return lambda step, like: temperature * noise(step, like)


def known(mu: Tensor, guides: Tensor | None) -> Tensor:
    """μ (B, V, C, H, W) as a network reads it, with guides (B, V, G, H, W) behind its channels."""
    return mu if guides is None else torch.cat([mu, guides], dim=-3)


class Process:
    """Restoring by following a path from `start` to 0.

    Raises `OptionError` for a setup without a path.
    """

    def __init__(self, suite: Suite, setup: Setup) -> None:
        if setup.path is None:
            msg = "this setup has no path to sample: its network restores in one call (regression)"
            raise OptionError(msg)
        self.setup = setup
        self.path = parts.path(suite, setup.path)
        self.head = head(setup.head)
        self.solver = parts.solver(suite, setup.solver)
        start, steps = setup.start, setup.steps
        if setup.noise_level is not None:
            start = optimal_time(self.path, setup.noise_level)
            steps = min(steps, max(1, round(start * (self.path.steps or steps))))
        self.times = parts.times(setup.grid, self.path, steps, start)

    @property
    def keeps_state(self) -> bool:
        """Whether the solver says where what it keeps between calls is."""
        return "state" in signature(self.solver).parameters

    def begin(self, mu: Tensor, noise: Noise) -> Tensor:
        """x at the first time, for the degraded image (or latent) μ.

        Raises `OptionError` for a stationary prior of a path that has none there.
        """
        t = float(self.times[0])
        z = mu if self.path.starts == "input" else noise(START, mu)
        if self.setup.prior == "marginal":
            return self.path.prior(mu, z, t)
        a, b, c = self.path.at(1.0)
        if t != 1 or not np.isclose(a + b, 1) or not 0 < a < 1:
            msg = (
                f"the path {self.path.name!r} from t = {t:g} has no stationary law N(μ, λ²) to "
                "start from, as IR-SDE has at t = 1; set prior to 'marginal'"
            )
            raise OptionError(msg)
        return mu + c / float(np.sqrt(1 - a * a)) * z

    def run(
        self,
        backbone: Backbone,
        mu: Tensor,
        condition: Tensor | None,
        noise: Noise,
        callback: Callback | None = None,
        guides: Tensor | None = None,
        state: State = MEMORY,
    ) -> tuple[Tensor, int]:
        """x_0 and the number of network calls; μ, x (B, V, C, H, W), condition (B, K) or None.

        `guides` (B, V, G, H, W) are for the network alone. `state` is the solver's, if it takes it.
        """
        times = [self.path.network_time(float(t)) for t in self.times[:-1]]
        network = Network(backbone, times, condition, guides)
        noise = tempered(noise, self.setup.temperature)
        predict = predictor(self.path, self.head, network, mu)
        return self.sampled(predict, mu, noise, state, callback), network.calls

    def sampled(
        self,
        predict: Predict,
        mu: Tensor,
        noise: Noise,
        state: State = MEMORY,
        callback: Callback | None = None,
    ) -> Tensor:
        """x_0 by the solver, which calls `predict`."""
        first = [state.kept(self.begin(mu, noise))]
        followed = None if callback is None else self._follow(first[0], callback)
        solve = partial(self.solver, self.path, predict, callback=followed)
        # an argument is kept by its caller: one that takes it out of a list frees its memory
        x0: Tensor = (
            solve(first, mu, self.times, noise, state=state)
            if self.keeps_state
            else solve(first.pop(), mu, self.times, noise)
        )
        if callback is not None:
            steps = len(self.times) - 1
            callback(Moment(steps, steps, 0.0, x0, x0))
        return x0

    def _follow(
        self, x: Tensor, callback: Callback
    ) -> Callable[[int, float, Tensor, Tensor], None]:
        """A solver tells where a step ended; a `Moment` is where it began, and x̂0 seen there."""
        began = x

        def follow(step: int, s: float, after: Tensor, x0: Tensor) -> None:
            nonlocal began
            callback(Moment(step, len(self.times) - 1, float(self.times[step]), began, x0))
            began = after

        return follow
