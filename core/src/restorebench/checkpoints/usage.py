"""How released networks are meant to be used: what the authors' public configurations say."""

from __future__ import annotations

from restorebench.backbones.config import BackboneConfig
from restorebench.checkpoints import parts
from restorebench.checkpoints.setup import Choice, Setup

LENS_SCALE = (10.0, 10.0, 1.0)
"""Refusion's bokeh network reads f-numbers times 10 (negative for Canon), and the disparity."""

LENS_PLACES = (0, 1, 4)
"""Source and target f-number and disparity in the condition of the task of this project."""


def usage(setup: Setup, config: BackboneConfig, *, reference_compat: bool = False) -> Setup:
    """`setup` with path, head, solver and times as the network of `config` was trained for.

    Untimed networks restore in one call. Networks that see no degraded image denoise. The others
    are IR-SDE's: λ is 50/255 for Refusion and 10/255 for most of IR-SDE's U-Nets (30/255 for its
    super-resolution and inpainting: ``path.max_sigma=30``); sampled by the posterior, but latents
    by the reverse SDE; x_1 from the stationary law.

    They were trained with IR-SDE's maximum-likelihood objective, so that their head is "irsde-ml".
    `reference_compat`: read as noise and with float32 tables, as the authors' programs do.
    """
    if not getattr(config, "timed", True):
        return setup.replace(path=None, scale=getattr(config, "upscale", 1))
    if not getattr(config, "degraded", True):
        return _denoising(setup, reference_compat)
    plain = setup.compressor is None and getattr(config, "views", 1) == 1
    unet = setup.backbone is not None and setup.backbone.name == "unet"
    sigma = 10.0 if plain and unet else 50.0
    solver = "euler-maruyama" if setup.compressor else "ancestral"
    made = setup.replace(
        path=_path("irsde", reference_compat, eps=0.005, max_sigma=sigma),
        head=_head(reference_compat),
        solver=Choice(solver),
        grid=Choice("reference"),
        steps=100,
        prior="stationary",
    )
    return _with_lens(_with_views(made, config), config)


def _path(name: str, reference_compat: bool, **options: float) -> Choice:
    tables = {"reference_compat": True} if reference_compat else {}
    return Choice(name, {"schedule": "cosine", "T": 100, **options, **tables})


def _head(reference_compat: bool) -> str:
    return "noise" if reference_compat else "irsde-ml"


def _denoising(setup: Setup, reference_compat: bool) -> Setup:
    return setup.replace(
        path=_path("denoising-sde", reference_compat, max_sigma=75.0),
        head=_head(reference_compat),
        solver=Choice("euler-ode"),
        grid=Choice("reference"),
        steps=100,
        noise_level=25.0,
    )


def _with_views(setup: Setup, config: BackboneConfig) -> Setup:
    """Stereo: super-resolution by 4, on images that PyTorch's bicubic enlarged."""
    if getattr(config, "views", 1) == 1:
        return setup
    return setup.replace(scale=4, enlarge="bicubic-0.75")


def _with_lens(setup: Setup, config: BackboneConfig) -> Setup:
    if getattr(config, "condition_dim", 0) != len(LENS_PLACES) or setup.backbone is None:
        return setup
    scaled = config.replace(condition_scale=LENS_SCALE)
    return setup.replace(backbone=parts.resolved(setup.backbone, scaled), condition=LENS_PLACES)
