"""Shadow removal for restorebench: data sets, restorers, and the task that ties them together."""

from __future__ import annotations

from pathlib import Path

from restorebench import DatasetSpec, RestorerSpec, TaskSpec, hookimpl, packaged_specs

_REFUSION = "Luo et al., CVPRW 2023, arXiv 2304.08291"

_PACKAGED = (
    (
        "regression",
        "A NAFNet on what illumination transfer gives, trained for minutes, in one call",
        "NAFNet regression",
        "Chen et al., ECCV 2022",
    ),
    (
        "diffusion",
        "A NAFNet on IR-SDE's path from what illumination transfer gives: one draw",
        "Refusion diffusion",
        _REFUSION,
    ),
    ("diffusion-mean", "The mean of 4 draws of shadow-diffusion", "Refusion, mean of 4", _REFUSION),
    ("diffusion-fast", "The one-call student of shadow-diffusion", "Refusion, one call", _REFUSION),
)
"""Name, summary, method and source of each network in ``weights/``."""


@hookimpl
def restorebench_tasks() -> tuple[TaskSpec, ...]:
    """The one task, `shadow`."""
    return (
        TaskSpec(
            name="shadow",
            title="Shadow removal",
            summary="Relight cast shadows, given where they are",
            protocol="shadow-native-regions",
            rank_by="psnr",
            reference="identity",
            citation="Wang et al., CVPR 2018 (ISTD); Qu et al., CVPR 2017 (SRD); "
            "Vasluianu et al., CVPRW 2023 (WSRD)",
        ),
    )


@hookimpl
def restorebench_datasets() -> tuple[DatasetSpec, ...]:
    """Soft shadows cast on procedural scenes and on photographs."""
    return (
        DatasetSpec(
            name="shadow-scenes",
            task="shadow",
            summary="Soft shadows of sun and sky on procedural scenes with exact depth, 256×384",
            target="restorebench_shadow.datasets:shadow_scenes",
            generated=True,
            licence="Apache-2.0",
        ),
        DatasetSpec(
            name="shadow-photos",
            task="shadow",
            summary="The same shadows on the photographs of scikit-image, at most 512 a side",
            target="restorebench_shadow.datasets:shadow_photos",
            generated=True,
            licence="that of each photograph; see scikit-image's data/README.txt",
            citation="van der Walt et al., PeerJ 2014; Scharstein et al., GCPR 2014 (motorcycle)",
        ),
    )


@hookimpl
def restorebench_layouts() -> tuple[Path, ...]:
    """Public data sets, as people have them on disk."""
    return (Path(__file__).with_name("layouts"),)


@hookimpl
def restorebench_restorers() -> tuple[RestorerSpec, ...]:
    """Two classical methods that use the mask."""
    return (
        RestorerSpec(
            name="illumination-transfer",
            tasks=("shadow",),
            summary="Relighting by the ratio of sun to sky that pairs across the edge vote for",
            target="restorebench_shadow.relighting:IlluminationTransfer",
            method="classical",
            resizes=False,
            citation="Guo, Dai & Hoiem, CVPR 2011 and IEEE TPAMI 2013",
        ),
        RestorerSpec(
            name="colour-transfer",
            tasks=("shadow",),
            summary="The lit part's mean and deviation in lαβ, given to the shadow",
            target="restorebench_shadow.recolouring:ColourTransfer",
            resizes=False,
            citation="Reinhard et al., IEEE CG&A 2001",
        ),
        *packaged_specs(
            "restorebench_shadow", "shadow", _PACKAGED, initial="illumination-transfer"
        ),
    )
