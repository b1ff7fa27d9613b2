"""Single-image deraining for restorebench, as a third party would ship it."""

from __future__ import annotations

from restorebench import (
    DatasetSpec,
    ProtocolSpec,
    RestorerSpec,
    TaskSpec,
    hookimpl,
    packaged_specs,
)


@hookimpl
def restorebench_tasks() -> tuple[TaskSpec, ...]:
    """The task: nothing is known beside the image; scored as Rain100H and Rain100L are."""
    return (
        TaskSpec(
            name="derain",
            title="Deraining",
            summary="Remove the streaks and the veil of rain from one image",
            protocol="derain-y",
            rank_by="psnr",
            citation="Yang et al., Deep Joint Rain Detection and Removal, CVPR 2017",
        ),
    )


@hookimpl
def restorebench_protocols() -> tuple[ProtocolSpec, ...]:
    """The field's own: luma, whole images."""
    return (
        ProtocolSpec(
            name="derain-y",
            summary="PSNR and SSIM on BT.601 luma, nothing cut; LPIPS on RGB",
            target="restorebench_derain.protocol:DERAIN_Y",
            citation="Yang et al., CVPR 2017; Luo et al., IR-SDE, ICML 2023",
        ),
    )


@hookimpl
def restorebench_datasets() -> tuple[DatasetSpec, ...]:
    """Rain over procedural scenes of exact depth."""
    return (
        DatasetSpec(
            name="derain-scenes",
            summary="Procedural scenes through a downpour of single drops, 128x192",
            target="restorebench_derain.datasets:scenes",
            task="derain",
            generated=True,
            licence="Apache-2.0",
        ),
    )


@hookimpl
def restorebench_restorers() -> tuple[RestorerSpec, ...]:
    """A classical method, and a small network trained by ``recipes/regression.toml``."""
    return (
        RestorerSpec(
            name="derain-openings",
            summary="Thin bright streaks found by morphology, the veil by the dark channel",
            target="restorebench_derain.openings:Openings",
            tasks=("derain",),
            method="classical",
            citation="after He, Sun and Tang, TPAMI 2011 (the veil)",
        ),
        *packaged_specs(
            "restorebench_derain",
            "derain",
            [
                (
                    "regression",
                    "A NAFNet of 0.2 million weights, trained for minutes",
                    "NAFNet regression",
                    "Chen et al., ECCV 2022",
                )
            ],
        ),
    )
