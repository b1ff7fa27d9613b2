"""Non-homogeneous dehazing for restorebench."""

from __future__ import annotations

from pathlib import Path

from restorebench.hookspecs import hookimpl
from restorebench.specs import DatasetSpec, RestorerSpec, TaskSpec, packaged_specs

_REFUSION = "Luo et al., CVPRW 2023, arXiv 2304.08291"

_PACKAGED = (
    (
        "regression",
        "A NAFNet trained for minutes, in one call",
        "NAFNet regression",
        "Chen et al., ECCV 2022",
    ),
    (
        "diffusion",
        "A NAFNet on IR-SDE's path, trained for minutes: one draw",
        "Refusion diffusion",
        _REFUSION,
    ),
    ("diffusion-mean", "The mean of 4 draws of dehaze-diffusion", "Refusion, mean of 4", _REFUSION),
    ("diffusion-fast", "The one-call student of dehaze-diffusion", "Refusion, one call", _REFUSION),
    (
        "latent-diffusion",
        "A NAFNet between latents, trained for minutes: one draw",
        "latent diffusion",
        _REFUSION,
    ),
)
"""Name, summary, method and source of each network in ``weights/``."""


@hookimpl
def restorebench_tasks() -> tuple[TaskSpec, ...]:
    """The task: a clear image from a hazy one, without depth or any other hint."""
    return (
        TaskSpec(
            name="dehaze",
            title="HR non-homogeneous dehazing",
            summary="Remove haze whose density varies across the image and in depth",
            protocol="ntire-rgb",
            rank_by="psnr",
            reference="identity",
            citation="Ancuti et al., NTIRE 2023 HR NonHomogeneous Dehazing Challenge, CVPRW 2023",
        ),
    )


@hookimpl
def restorebench_datasets() -> tuple[DatasetSpec, ...]:
    """Fractal haze over procedural scenes with exact depth, and over real photographs."""
    return (
        DatasetSpec(
            name="dehaze-scenes",
            summary="Procedural layered scenes in fractal haze, exact depth, 256×384",
            target="restorebench_dehaze.datasets:scenes",
            task="dehaze",
            generated=True,
            licence="Apache-2.0",
        ),
        DatasetSpec(
            name="dehaze-photos",
            summary="Real photographs in fractal haze; depth measured or assumed, up to 512 px",
            target="restorebench_dehaze.datasets:photos",
            task="dehaze",
            generated=True,
            licence="Those of scikit-image's sample images",
            citation="van der Walt et al., scikit-image, PeerJ 2014; "
            "Scharstein et al., GCPR 2014 (motorcycle)",
        ),
    )


@hookimpl
def restorebench_layouts() -> tuple[Path, ...]:
    """Public data sets, as people have them on disk."""
    return (Path(__file__).with_name("layouts"),)


@hookimpl
def restorebench_restorers() -> tuple[RestorerSpec, ...]:
    """The classical, weights-free method of the field."""
    return (
        RestorerSpec(
            name="dark-channel",
            summary="Dark channel prior, transmission refined by a guided filter",
            target="restorebench_dehaze.dark_channel:DarkChannel",
            method="classical",
            tasks=("dehaze",),
            resizes=False,
            citation="He, Sun and Tang, Single Image Haze Removal Using Dark Channel Prior, "
            "TPAMI 2011; He, Sun and Tang, Guided Image Filtering, TPAMI 2013",
        ),
        *packaged_specs(
            "restorebench_dehaze",
            "dehaze",
            _PACKAGED,
            on_request=("latent-diffusion",),  # worse than the dark channel in LPIPS
        ),
    )
