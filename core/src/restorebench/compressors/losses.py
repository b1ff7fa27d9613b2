"""What compressors are trained with."""

from __future__ import annotations

from typing import NamedTuple

from torch import Tensor

from restorebench.compressors.compressor import Compressor
from restorebench.compressors.kl_vae import KLVAE
from restorebench.errors import ImageError

REGULARISATION_WEIGHT = 0.001
KL_WEIGHT = 1e-6


class LatentReplacementLoss(NamedTuple):
    """Scalars: `total` is reconstruction + replacement + 0.001 · regularisation."""

    reconstruction: Tensor
    replacement: Tensor
    regularisation: Tensor
    total: Tensor


def latent_replacement_loss(
    compressor: Compressor, lq: Tensor, gt: Tensor
) -> LatentReplacementLoss:
    """Train skips that hold the scene, and a latent that holds the degradation.

    With (z, h) = encode(LQ) and z' = encode(GT), L1 in both: z with h gives LQ (reconstruction),
    z' with the *degraded* skips h gives GT (replacement). Regularisation keeps z near the
    image's range, so that a path's noise level fits it: |mean(z) − mean(LQ)| +
    |std(z) − ½ std(LQ)|, over the batch. Luo et al., CVPRW 2023; the weights are
    those of its public code.

    `lq` and `gt` are (B, C, H, W), of one shape, else `ImageError`.
    """
    if lq.shape != gt.shape:
        msg = f"lq is {tuple(lq.shape)} and gt {tuple(gt.shape)}; expected the same shape"
        raise ImageError(msg)
    height, width = lq.shape[-2:]
    z, skips = compressor.encode(lq)
    clean = compressor.encode(gt).z
    rec = (compressor.decode(z, skips, (height, width)) - lq).abs().mean()
    rep = (compressor.decode(clean, skips, (height, width)) - gt).abs().mean()
    reg = (z.mean() - lq.mean()).abs() + (z.std() - lq.std() / 2).abs()
    return LatentReplacementLoss(rec, rep, reg, rec + rep + REGULARISATION_WEIGHT * reg)


class VAELoss(NamedTuple):
    """Scalars: `total` is reconstruction + 1e-6 · kl."""

    reconstruction: Tensor
    kl: Tensor
    total: Tensor


def vae_loss(compressor: KLVAE, x: Tensor, noise: Tensor) -> VAELoss:
    """L1 between x and the decoded sample, and the KL term in nats an image.

    `noise` (B, Z, h, w) is standard normal. The weight keeps, at any size, latent diffusion's
    proportion of 1e-6 between the sums of both (Rombach et al., CVPR 2022, appendix G), with the
    reconstruction's mean for its sum.
    """
    height, width = x.shape[-2:]
    posterior = compressor.posterior(x)
    z = posterior.sample(noise) * compressor.config.scale
    rec = (compressor.decode(z, (), (height, width)) - x).abs().mean()
    kl = posterior.kl().mean()
    return VAELoss(rec, kl, rec + KL_WEIGHT * kl / x[0].numel())
