"""Stereo super-resolution for restorebench."""

from __future__ import annotations

from pathlib import Path

from restorebench import DatasetSpec, RestorerSpec, TaskSpec, hookimpl, packaged_specs

TASK = "stereo"

_IRANI_PELEG = "Irani & Peleg, Improving Resolution by Image Registration, CVGIP 1991"

_REFUSION = "Luo et al., CVPRW 2023, arXiv 2304.08291"

_PACKAGED = (
    (
        "regression",
        "A NAFNet on both views, trained for minutes, ×4 in one call",
        "NAFNet regression",
        "Chen et al., ECCV 2022",
    ),
    (
        "diffusion",
        "A NAFNet on both views and IR-SDE's path, ×4: one draw",
        "Refusion diffusion",
        _REFUSION,
    ),
    ("diffusion-mean", "The mean of 4 draws of stereo-diffusion", "Refusion, mean of 4", _REFUSION),
    ("diffusion-fast", "The one-call student of stereo-diffusion", "Refusion, one call", _REFUSION),
)
"""Name, summary, method and source of each network in ``weights/``."""

_X4 = ("*-x4", "flickr1024", "kitti2012", "kitti2015", "middlebury", "ntire-stereo")
"""Data sets of the scale that they enlarge by."""


@hookimpl
def restorebench_tasks() -> tuple[TaskSpec, ...]:
    """Two views of one scene in, the same two views at s times the resolution out."""
    return (
        TaskSpec(
            name=TASK,
            title="Stereo super-resolution",
            summary="Left and right view, each enlarged ×2 or ×4 with the help of the other",
            views=2,
            resizes=True,
            protocol="stereo-lr-mean",
            rank_by="psnr",
            reference="bicubic",
            citation="Wang et al., NTIRE 2022 Challenge on Stereo Image SR, CVPRW 2022",
        ),
    )


@hookimpl
def restorebench_datasets() -> tuple[DatasetSpec, ...]:
    """Rendered scenes and photographs, ×4 in the default benchmark and ×2 on request."""
    return tuple(spec(scale) for scale in (4, 2) for spec in (_scenes, _photos))


@hookimpl
def restorebench_layouts() -> tuple[Path, ...]:
    """Public data sets, as people have them on disk."""
    return (Path(__file__).with_name("layouts"),)


@hookimpl
def restorebench_restorers() -> tuple[RestorerSpec, ...]:
    """Iterative back-projection, which needs no weights, from one view and from both."""
    return (
        RestorerSpec(
            name="back-projection",
            summary="Iterative back-projection of the low-resolution residual, each view alone",
            target="restorebench_stereo.back_projection:BackProjection",
            tasks=(TASK,),
            resizes=True,
            citation=_IRANI_PELEG,
        ),
        RestorerSpec(
            name="stereo-back-projection",
            summary="Back-projection that also fits the other view, found by block matching",
            target="restorebench_stereo.stereo_back_projection:StereoBackProjection",
            method="classical",
            tasks=(TASK,),
            resizes=True,
            citation=_IRANI_PELEG,
        ),
        *packaged_specs(
            "restorebench_stereo",
            TASK,
            _PACKAGED,
            resizes=True,
            datasets=_X4,
            on_request=("diffusion-mean",),  # its photographs take minutes
        ),
    )


def _scenes(scale: int) -> DatasetSpec:
    return DatasetSpec(
        name=f"stereo-scenes-x{scale}",
        summary=f"Procedural scenes seen by two parallel cameras, bicubic ×{scale}",
        task=TASK,
        target=f"restorebench_stereo.datasets:scenes_x{scale}",
        default=scale == 4,
        generated=True,
        licence="Apache-2.0",
        citation="Lee, Mumford & Huang, Occlusion Models for Natural Images, IJCV 2001",
    )


def _photos(scale: int) -> DatasetSpec:
    return DatasetSpec(
        name=f"stereo-photos-x{scale}",
        summary=f"One real stereo pair, and pairs made from single photographs, bicubic ×{scale}",
        task=TASK,
        target=f"restorebench_stereo.datasets:photos_x{scale}",
        default=scale == 4,
        generated=True,
        licence="as scikit-image's data; motorcycle: Middlebury Stereo Datasets 2014",
        citation="Scharstein et al., GCPR 2014; van der Walt et al., scikit-image, PeerJ 2014",
    )
