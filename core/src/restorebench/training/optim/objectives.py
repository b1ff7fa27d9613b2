"""The losses that a recipe names: from a batch to a scalar."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from restorebench.backbones.backbone import Backbone
from restorebench.checkpoints import parts
from restorebench.checkpoints.setup import Choice
from restorebench.compressors.compressor import Compressor
from restorebench.compressors.kl_vae import KLVAE
from restorebench.compressors.losses import latent_replacement_loss, vae_loss
from restorebench.errors import OptionError
from restorebench.paths.heads import Head, head
from restorebench.paths.path import Path
from restorebench.plugins import Suite
from restorebench.restorers.sampling import known
from restorebench.training.data.batches import Batch
from restorebench.training.optim.losses import DISTANCES
from restorebench.training.optim.perceptual import make_perceptual
from restorebench.training.recipe import Objective, Recipe

Loss: TypeAlias = Callable[[Batch], Tensor]


class Regression:
    """The distance between the network's output for μ, and x0."""

    def __init__(
        self, objective: Objective, backbone: Backbone, compressor: Compressor | None = None
    ) -> None:
        self.backbone, self.compressor = backbone, compressor
        self.distance = DISTANCES[objective.distance]
        self.perceptual = make_perceptual(objective.perceptual)

    def __call__(self, batch: Batch) -> Tensor:
        x0, mu = (_latent(self.compressor, images) for images in (batch.x0, batch.mu))
        out = self.backbone(mu, known(mu, batch.guides), None, batch.condition)
        loss = self.distance(out, x0)
        return loss if self.perceptual is None else loss + self.perceptual(out, x0)


class Diffusion:
    """The distance between the network's output at x_t, and what its head should predict.

    With the head "irsde-ml" and the weighting "maximum-likelihood" it is IR-SDE's loss, the
    distance between the Euler mean of a reverse step and the exact posterior mean (Luo et al.,
    arXiv 2301.11699, §3.3), written as the distance of the outputs times what one Euler step makes
    of them, g² Δ/c.
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
        if objective.perceptual and self.head.coefficients(path, 1.0)[2]:
            msg = f"the head {self.head.name!r} has noise in it, and objective.perceptual"
            raise OptionError(f"{msg} needs the image: set objective.head to 'residual' or 'data'")
        on_grid = objective.times or ("grid" if path.steps else "continuous")
        self.steps = path.steps if on_grid == "grid" else None
        if on_grid == "grid" and path.steps is None:
            msg = f"objective.times is 'grid'; the path {path.name!r} has none"
            raise OptionError(msg)
        if objective.weighting == "maximum-likelihood" and path.steps is None:
            msg = f"objective.weighting is of steps on a grid; the path {path.name!r} has none"
            raise OptionError(msg)

    def __call__(self, batch: Batch) -> Tensor:
        x0, mu = (_latent(self.compressor, images) for images in (batch.x0, batch.mu))
        times = self.times(batch.uniform())
        return self.loss(x0, mu, batch.normal(x0), times, batch.condition, batch.guides)

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
    ) -> Tensor:
        """The loss at given times ``(B,)`` and noise."""
        path = self.path
        x = path.marginal(x0, mu, eps, torch.from_numpy(times))
        network_times = torch.tensor([path.network_time(t) for t in times], device=x.device)
        out = self.backbone(x, known(mu, guides), network_times, condition)
        p_x, p_mu, p_eps = self._rows([self.head.coefficients(path, t) for t in times], x)
        target = p_x * x0 + p_mu * mu + p_eps * eps
        loss = self._distance(out, target, times)
        if self.perceptual is None:
            return loss
        return loss + self.perceptual((out - p_mu * mu) / p_x, x0)

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


def latent_replacement(compressor: Compressor) -> Loss:
    """Refusion's first stage; see `compressors.losses`."""

    def loss(batch: Batch) -> Tensor:
        lq, gt = (images.flatten(0, 1) for images in (batch.mu, batch.x0))
        return latent_replacement_loss(compressor, lq, gt).total

    return loss


def kl_vae(compressor: Compressor) -> Loss:
    """The autoencoder of latent diffusion, on degraded images and targets alike."""
    if not isinstance(compressor, KLVAE):
        msg = f"objective 'kl-vae' trains the compressor kl-vae, not a {type(compressor).__name__}"
        raise OptionError(msg)

    def loss(batch: Batch) -> Tensor:
        x = torch.stack([batch.mu, batch.x0], 1)  # a sample's noise is drawn for all its images
        side = [-(-size // compressor.factor) for size in x.shape[-2:]]
        noise = batch.normal(x.new_empty(*x.shape[:3], compressor.latent_channels, *side))
        return vae_loss(compressor, x.flatten(0, 2), noise.flatten(0, 2)).total

    return loss


def make_loss(
    suite: Suite, recipe: Recipe, backbone: Backbone | None, compressor: Compressor | None
) -> Loss:
    """The loss that a recipe names, on its networks."""
    objective = recipe.objective
    if backbone is None:
        made = latent_replacement if objective.kind == "latent-replacement" else kl_vae
        return made(cast(Compressor, compressor))
    if objective.kind == "regression":
        return Regression(objective, backbone, compressor)
    path = parts.path(suite, Choice.read(recipe.path, "path"))
    return Diffusion(objective, path, backbone, compressor)


def _latent(compressor: Compressor | None, images: Tensor) -> Tensor:
    if compressor is None:
        return images
    with torch.no_grad():
        z = compressor.encode(images.flatten(0, 1)).z
    return z.reshape(*images.shape[:2], *z.shape[1:])
