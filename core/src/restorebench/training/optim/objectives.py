"""The losses that a recipe names: from a batch to a scalar."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias, cast

import torch
from torch import Tensor

from restorebench.backbones.backbone import Backbone
from restorebench.checkpoints import parts
from restorebench.checkpoints.setup import Choice
from restorebench.compressors.compressor import Compressor
from restorebench.compressors.kl_vae import KLVAE
from restorebench.compressors.losses import latent_replacement_loss, vae_loss
from restorebench.errors import OptionError
from restorebench.plugins import Suite
from restorebench.restorers.sampling import Process, known
from restorebench.training.data.batches import Batch
from restorebench.training.optim.diffusion import Diffusion, latent
from restorebench.training.optim.distillation import Distillation
from restorebench.training.optim.losses import DISTANCES
from restorebench.training.optim.perceptual import make_perceptual
from restorebench.training.optim.teacher import make_teacher
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
        x0, mu = (latent(self.compressor, images) for images in (batch.x0, batch.mu))
        out = self.backbone(mu, known(mu, batch.guides), None, batch.condition)
        loss = self.distance(out, x0)
        return loss if self.perceptual is None else loss + self.perceptual(out, x0)


def latent_replacement(compressor: Compressor) -> Loss:
    """Refusion's first stage; see `compressors.losses`."""

    def loss(batch: Batch) -> Tensor:
        lq, gt = (images.flatten(0, 1) for images in (batch.mu, batch.x0))
        return latent_replacement_loss(compressor, lq, gt).total

    return loss


def kl_vae(compressor: Compressor) -> Loss:
    """The autoencoder of latent diffusion, on degraded images and targets alike.

    Raises `OptionError` for another kind of compressor.
    """
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
    diffusion = Diffusion(objective, path, backbone, compressor)
    if objective.kind == "diffusion":
        return diffusion
    own = Process(suite, recipe.setup(1)).times[:-1]
    return Distillation(diffusion, make_teacher(suite, recipe), own.tolist())
