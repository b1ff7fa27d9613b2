"""The loop that all solvers share, what it hands to a step, and the steps at a path's ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import wraps
from inspect import Signature, signature
from itertools import pairwise
from typing import Any, NamedTuple, Protocol, TypeAlias

import numpy as np
from torch import Tensor

from restorebench.errors import OptionError
from restorebench.paths.curves import Reals
from restorebench.paths.heads import Predict
from restorebench.paths.path import Kernel, Path
from restorebench.solvers.noise import PixelNoise
from restorebench.solvers.state import MEMORY, Rows, State, rows_of

Noise: TypeAlias = Callable[[int, Tensor], Tensor]
"""(step, a tensor like the state) to standard normal noise; see `noise.PixelNoise`."""

Start: TypeAlias = Tensor | list[Tensor]
"""x_1, or a list from which it is taken: so that nothing else keeps a large one in memory."""

Callback: TypeAlias = Callable[[int, float, Tensor, Tensor], None]
"""Called with (step, s, x_s, x̂0) after each step: for progress and images of the trajectory."""

LOWEST = -6.0
"""λ below which x_t says nothing of x0 (σ = e⁶); it is −∞ at the end of a bridge or a flow."""


class Solver(Protocol):
    """The signature of all solvers; their own options are keywords as well."""

    def __call__(
        self,
        path: Path,
        predict: Predict,
        x: Start,
        mu: Tensor,
        times: Reals,
        noise: Noise | None,
        *,
        callback: Callback | None = None,
        state: State = MEMORY,
        **options: Any,
    ) -> Tensor:
        """x_0 from x_{times[0]} = `x`; tensors of any shape, `times` as a grid gives them.

        `state` keeps what is needed between calls of `predict`. A solver that takes it takes `x`
        out of a list, too.
        """
        ...


class Step(NamedTuple):
    """One step: its number, from t, to s < t."""

    number: int
    t: float
    s: float


Correction: TypeAlias = Callable[[Tensor, Tensor], Tensor]
"""(x̂0, ε̂) as seen at a trial of x_s, to x_s."""


class Trial(NamedTuple):
    """A first x_s, and what makes the final one of what the network sees there."""

    x: Tensor
    corrected: Correction


StepFunction: TypeAlias = Callable[[Tensor, Tensor, Tensor, Step], Tensor | Trial]
"""(x_t, x̂0, ε̂, step) to x_s, or to a trial of it. Acts on every pixel alone."""


@dataclass(frozen=True, eq=False)
class Problem:
    """What stays the same in all steps of a restoration, or of some rows of it."""

    path: Path
    mu: Tensor
    noise: Noise | None

    def of(self, rows: Rows) -> Problem:
        """That of some rows."""
        if rows is None or self.noise is None:
            return Problem(self.path, rows_of(self.mu, rows), self.noise)
        assert isinstance(self.noise, PixelNoise)  # else `Run` takes all rows at once
        return Problem(self.path, rows_of(self.mu, rows), self.noise.below(rows.start))

    def draw(self, mean: Tensor, std: float, step: Step) -> Tensor:
        """`mean` + `std`·z; `OptionError` where noise is needed and there is no source."""
        if std == 0:
            return mean
        if self.noise is not None:
            return (std * self.noise(step.number, mean)).add_(mean)
        msg = f"step {step.number} draws noise of standard deviation {std:.3g}; give a noise source"
        if self.path.c(step.t) == 0:
            msg = (
                f"{self.path.name!r} is certain at t = {step.t:g} (c = 0), so its first step must "
                "draw noise, also with a deterministic solver; give a noise source"
            )
        raise OptionError(msg)


def steps(times: Reals) -> Iterator[Step]:
    """The steps of a grid; `OptionError` unless the times fall within [0, 1]."""
    grid = [float(t) for t in np.asarray(times, np.float64)]
    if len(grid) < 2 or not all(1 >= t > s >= 0 for t, s in pairwise(grid)):
        msg = f"times are {grid}; expected two or more that fall, within [0, 1]"
        raise OptionError(msg)
    return (Step(number, t, s) for number, (t, s) in enumerate(pairwise(grid)))


def solver(make: Callable[..., StepFunction]) -> Solver:
    """The solver whose steps are `make(problem, **options)`, made anew for each restoration.

    It calls `predict` and the step once for each interval of the grid, and once more for a `Trial`.
    Where the state is on disk, steps are made for some rows of the image each, with what they keep.
    """

    def solve(
        path: Path,
        predict: Predict,
        x: Start,
        mu: Tensor,
        times: Reals,
        noise: Noise | None,
        *,
        callback: Callback | None = None,
        state: State = MEMORY,
        **options: Any,
    ) -> Tensor:
        x = x.pop() if isinstance(x, list) else x
        problem = Problem(path, mu, noise)
        by_rows = noise is None or isinstance(noise, PixelNoise)
        strips: list[Rows] = state.strips(x) if by_rows else [None]
        parts = [make(problem.of(rows), **options) for rows in strips]
        run = _Run(predict, state, strips, parts)
        for at in steps(times):
            x0, eps = run.predicted(x, at.t)
            x = run.stepped(x, x0, eps, at)
            if callback is not None:
                callback(at.number, at.s, x, x0)
            del x0, eps  # large images: the network's next call needs their memory
        return x

    *shared, callback, state, _ = signature(solve).parameters.values()
    _, *options = signature(make).parameters.values()
    wraps(make)(solve).__signature__ = Signature([*shared, *options, callback, state])  # type: ignore[attr-defined]
    return solve


@dataclass(frozen=True, eq=False)
class _Run:
    """A restoration in the making; `steps` are those of each strip."""

    predict: Predict
    state: State
    strips: list[Rows]
    steps: list[StepFunction]

    def predicted(self, x: Tensor, t: float) -> tuple[Tensor, Tensor]:
        """x̂0 and ε̂."""
        self.state.rest()
        x0, eps = self.predict(x, t)
        return self.state.kept(x0), self.state.kept(eps)

    def stepped(self, x: Tensor, x0: Tensor, eps: Tensor, at: Step) -> Tensor:
        """x_s."""
        corrections: list[Correction] = []

        def parts() -> Iterator[Tensor]:
            for step, rows in zip(self.steps, self.strips, strict=True):
                made = step(rows_of(x, rows), rows_of(x0, rows), rows_of(eps, rows), at)
                if isinstance(made, Trial):
                    corrections.append(made.corrected)
                yield made.x if isinstance(made, Trial) else made

        out = self.state.joined(x, self.strips, parts())
        return self._corrected(out, corrections, at) if corrections else out

    def _corrected(self, trial: Tensor, corrections: list[Correction], at: Step) -> Tensor:
        x0, eps = self.predicted(trial, at.s)
        strips = zip(corrections, self.strips, strict=True)
        parts = (correct(rows_of(x0, rows), rows_of(eps, rows)) for correct, rows in strips)
        return self.state.joined(trial, self.strips, parts)


def one_interval(path: Path, step: Step) -> Step:
    """The step over one grid interval from the same t: the published baselines' kernel."""
    if path.steps is None:
        msg = f"naive_stride needs a path with a grid; the path {path.name!r} has none"
        raise OptionError(msg)
    return step._replace(s=max(step.t - 1 / path.steps, 0.0))


def singular(path: Path, t: float) -> bool:
    """Whether no step can be taken from λ: it is below `LOWEST`, or x is certain (c = 0)."""
    return float(path.lam(t)) < LOWEST or float(path.c(t)) == 0


def first_step(
    problem: Problem, x0: Tensor, eps: Tensor, step: Step, kernel: Kernel = "ode"
) -> Tensor:
    """The first step from a `singular` end: of order 1, at a bridge's with all of its noise.

    DBIM's "booting noise" (Zheng et al., ICLR 2025, arXiv 2405.15885).
    """
    path = problem.path
    kappa = path.kappa(step.t, step.s, kernel)
    return problem.draw(*path.mean(x0, eps, problem.mu, step.s, kappa), step)


def between_ends(problem: Problem, step: StepFunction, kernel: Kernel = "ode") -> StepFunction:
    """`step` where λ is finite: `first_step` from a `singular` end, and x̂0 for a step to c = 0."""

    def anywhere(x: Tensor, x0: Tensor, eps: Tensor, at: Step) -> Tensor | Trial:
        if singular(problem.path, at.t):
            return first_step(problem, x0, eps, at, kernel)
        if problem.path.c(at.s) == 0:
            return problem.path.mean(x0, eps, problem.mu, at.s, 0.0)[0]
        return step(x, x0, eps, at)

    return anywhere
