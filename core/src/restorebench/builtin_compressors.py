"""The compressors of core; each target is a `restorebench.compressors.compressor.Family`."""

from __future__ import annotations

from restorebench.specs import LazySpec

_PACKAGE = "restorebench.compressors"

COMPRESSORS: tuple[LazySpec, ...] = (
    LazySpec(
        name="unet",
        summary="Refusion's U-Net with skips of every scale, 4 or 8 times smaller",
        target=f"{_PACKAGE}.unet:FAMILY",
    ),
    LazySpec(
        name="kl-vae",
        summary="The autoencoder of latent diffusion, without skips",
        target=f"{_PACKAGE}.kl_vae:FAMILY",
    ),
    LazySpec(
        name="haar",
        summary="Haar wavelets: orthonormal, lossless, nothing to train",
        target=f"{_PACKAGE}.haar:FAMILY",
    ),
    LazySpec(
        name="identity",
        summary="The image itself",
        target=f"{_PACKAGE}.identity:FAMILY",
    ),
)
