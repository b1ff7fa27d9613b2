"""The loss of a network on a path."""

from __future__ import annotations

from typing import cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from restorebench.backbones.backbone import Backbone
from restorebench.compressors.compressor import Compressor
from restorebench.errors import OptionError
from restorebench.paths.heads import Head, head
from restorebench.paths.path import Path
from restorebench.restorers.sampling import known
from restorebench.training.data.batches import Batch
from restorebench.training.optim.losses import DISTANCES
from restorebench.training.optim.perceptual import make_perceptual
from restorebench.training.recipe import Objective


class Diffusion:
    """The distance between the network's output at x_t, and what its head should predict.

    With the head "irsde-ml" and the weighting "maximum-likelihood" it is IR-SDE's loss, the
    distance between the Euler mean of a reverse step and the exact posterior mean (Luo et al.,
    arXiv 2301.11699, §3.3), written as the distance of the outputs times what one Euler step makes
    of them, g² Δ/c. Raises `OptionError` for an objective that the path or the head cannot serve.
    """

    def __init__(
        self,
        objective: Objective,
        path: Path,
        backbone: Backbone,
        compressor: Compressor | None = None,
    ) -> None:
        self.objective, self.path = objective, path
        self.backbone, self.compressor = backbone, compressor
        self.head: Head = head(objective.head)
        self.distance = DISTANCES[objective.distance]
        self.perceptual = make_perceptual(objective.perceptual)
        for key in ("perceptual", "own_states"):
            if getattr(objective, key):
                self.check_image(f"objective.{key}")
        on_grid = objective.times or ("grid" if path.steps else "continuous")
        self.steps = path.steps if on_grid == "grid" else None
        if on_grid == "grid" and path.steps is None:
            msg = f"objective.times is 'grid'; the path {path.name!r} has none"
            raise OptionError(msg)
        if objective.weighting == "maximum-likelihood" and path.steps is None:
            msg = f"objective.weighting is of steps on a grid; the path {path.name!r} has none"
            raise OptionError(msg)

    def check_image(self, needed_by: str) -> None:
        """Raise `OptionError` for a head that does not give the image by itself."""
        if self.head.coefficients(self.path, 1.0)[2]:
            msg = f"the head {self.head.name!r} has noise in it, and {needed_by} needs the image"
            raise OptionError(f"{msg}: set objective.head to 'residual' or 'data'")

    def __call__(self, batch: Batch) -> Tensor:
        x0, mu = (latent(self.compressor, images) for images in (batch.x0, batch.mu))
        times, given = self.times(batch.uniform()), (batch.condition, batch.guides)
        seen = x0
        if share := self.objective.own_states:
            own = torch.from_numpy(batch.uniform() < share).to(x0.device)
            first = self.first(mu, batch.normal(x0), *given)
            seen = torch.where(own.reshape(-1, *(1,) * (x0.ndim - 1)), first, x0)
        return self.loss(x0, mu, batch.normal(x0), times, *given, seen=seen)

    @torch.no_grad()
    def first(
        self,
        mu: Tensor,
        eps: Tensor,
        condition: Tensor | None = None,
        guides: Tensor | None = None,
    ) -> Tensor:
        """The network's own x̂0 at the first time, t = 1."""
        times = np.ones(len(mu))
        x = self.path.prior(mu, eps)
        return self.image(self.output(x, mu, times, condition, guides), mu, times)

    def times(self, u: NDArray[np.float64]) -> NDArray[np.float64]:
        """Uniform numbers in [0, 1) as times: k/T of 1 … T, or from the path's t_min to 1."""
        if self.steps:
            return (np.floor(u * self.steps) + 1) / self.steps
        return self.path.t_min + (1 - self.path.t_min) * u

    def loss(
        self,
        x0: Tensor,
        mu: Tensor,
        eps: Tensor,
        times: NDArray[np.float64],
        condition: Tensor | None = None,
        guides: Tensor | None = None,
        seen: Tensor | None = None,
    ) -> Tensor:
        """The loss at given times ``(B,)`` and noise; x_t is of `seen`, by default of x0."""
        x = self.path.marginal(x0 if seen is None else seen, mu, eps, torch.from_numpy(times))
        out = self.output(x, mu, times, condition, guides)
        p_x, p_mu, p_eps = self._coefficients(times, x)
        loss = self._distance(out, p_x * x0 + p_mu * mu + p_eps * eps, times)
        if self.perceptual is None:
            return loss
        return loss + self.perceptual(self.image(out, mu, times), x0)

    def output(
        self,
        x: Tensor,
        mu: Tensor,
        times: NDArray[np.float64],
        condition: Tensor | None = None,
        guides: Tensor | None = None,
    ) -> Tensor:
        """What the network says at x, like x."""
        path = self.path
        network_times = torch.tensor([path.network_time(t) for t in times], device=x.device)
        made: Tensor = self.backbone(x, known(mu, guides), network_times, condition)
        return made

    def image(self, out: Tensor, mu: Tensor, times: NDArray[np.float64]) -> Tensor:
        """x̂0 in an output, of a head without noise in it."""
        p_x, p_mu, _ = self._coefficients(times, out)
        made: Tensor = (out - p_mu * mu) / p_x
        return made

    def _coefficients(self, times: NDArray[np.float64], like: Tensor) -> Tensor:
        return self._rows([self.head.coefficients(self.path, t) for t in times], like)

    def _distance(self, out: Tensor, target: Tensor, times: NDArray[np.float64]) -> Tensor:
        if self.objective.weighting == "uniform":
            return self.distance(out, target)
        (weight,) = self._rows([(self._step_weight(t),) for t in times], out)
        return self.distance(weight * out, weight * target)

    def _step_weight(self, t: float) -> float:
        """Of the Euler mean, as the head "irsde-ml" has it: ½(g² + w²)·(t − s) / c."""
        s = max(t - 1 / cast(int, self.path.steps), 0.0)
        g2 = float(self.path.diffusion2(t))
        w2 = g2 if self.path.dispersion2 is None else float(self.path.dispersion2(t))
        return (g2 + w2) / 2 * self.path.span(t, s) / float(self.path.c(t))

    def _rows(self, values: list[tuple[float, ...]], like: Tensor) -> Tensor:
        """Numbers of each sample, ``(n, B, 1, …)``, to be multiplied with `like`."""
        made = torch.tensor(np.array(values).T, dtype=like.dtype, device=like.device)
        return made.reshape(*made.shape, *(1,) * (like.ndim - 1))


def latent(compressor: Compressor | None, images: Tensor) -> Tensor:
    """Images (B, V, 3, H, W) as a frozen compressor encodes them; themselves without one."""
    if compressor is None:
        return images
    with torch.no_grad():
        z = compressor.encode(images.flatten(0, 1)).z
    return z.reshape(*images.shape[:2], *z.shape[1:])
