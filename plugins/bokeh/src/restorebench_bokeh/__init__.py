"""Bokeh effect transformation for restorebench: the image of one lens from that of another.

Listing what is here loads none of the targets and nothing heavy; they are imported on use.
"""

from __future__ import annotations

from pathlib import Path

from restorebench.hookspecs import hookimpl
from restorebench.specs import (
    ConditionField,
    DatasetSpec,
    GuideSpec,
    RestorerSpec,
    TaskSpec,
    packaged_specs,
)

CONDITION = (
    ConditionField(
        name="source-f-number", summary="N of the lens that took the input (focal length / pupil)"
    ),
    ConditionField(name="target-f-number", summary="N of the lens that is asked for"),
    ConditionField(name="focal-length", unit="mm", summary="f, of both lenses"),
    ConditionField(name="focus-distance", unit="m", summary="Z_f, distance of the sharp plane"),
    ConditionField(
        name="disparity",
        unit="px",
        summary="diameter of the circle of confusion of a point at infinity at f/1",
    ),
)
"""The condition vector, in its order; `condition.Condition` reads and writes it."""

_REFUSION = "Luo et al., CVPRW 2023, arXiv 2304.08291"

_PACKAGED = (
    (
        "regression",
        "A NAFNet on what the lens blur gives, trained for minutes, in one call",
        "NAFNet regression",
        "Chen et al., ECCV 2022",
    ),
    (
        "diffusion",
        "A NAFNet on IR-SDE's path from what the lens blur gives: one draw",
        "Refusion diffusion",
        _REFUSION,
    ),
    ("diffusion-mean", "The mean of 4 draws of bokeh-diffusion", "Refusion, mean of 4", _REFUSION),
    ("diffusion-fast", "The one-call student of bokeh-diffusion", "Refusion, one call", _REFUSION),
)
"""Name, summary, method and source of each network in ``weights/``."""


@hookimpl
def restorebench_tasks() -> tuple[TaskSpec, ...]:
    """Bokeh effect transformation."""
    return (
        TaskSpec(
            name="bokeh",
            title="Bokeh effect transformation",
            summary="Turn the image of one lens into that of another, from lens metadata",
            condition=CONDITION,
            citation="Conde et al., Lens-to-Lens Bokeh Effect Transformation. "
            "NTIRE 2023 Challenge Report, CVPRW 2023",
        ),
    )


@hookimpl
def restorebench_datasets() -> tuple[DatasetSpec, ...]:
    """Layered scenes with exact depth, and photographs with assumed depth."""
    return (
        DatasetSpec(
            name="bokeh-scenes",
            task="bokeh",
            summary="Layered scenes through a thin lens at two apertures, exact depth, 256×384",
            target="restorebench_bokeh.datasets:bokeh_scenes",
            generated=True,
            licence="Apache-2.0",
        ),
        DatasetSpec(
            name="bokeh-photos",
            task="bokeh",
            summary="Photographs cut into planes by an assumed depth, through a thin lens",
            target="restorebench_bokeh.datasets:bokeh_photos",
            generated=True,
            licence="see scikit-image's data/README",
            citation="Scharstein et al., GCPR 2014 (motorcycle and its disparity)",
        ),
    )


@hookimpl
def restorebench_layouts() -> tuple[Path, ...]:
    """Public data sets, as people have them on disk."""
    return (Path(__file__).with_name("layouts"),)


@hookimpl
def restorebench_guides() -> tuple[GuideSpec, ...]:
    """What both lenses do to each pixel."""
    return (
        GuideSpec(
            name="circles-of-confusion",
            tasks=("bokeh",),
            summary="Signed blur of the source and of the target lens, pixel by pixel",
            target="restorebench_bokeh.guide:circles_of_confusion",
            channels=2,
            citation="Potmesil & Chakravarty, SIGGRAPH 1981",
        ),
    )


@hookimpl
def restorebench_restorers() -> tuple[RestorerSpec, ...]:
    """A classical depth-aware lens blur."""
    return (
        RestorerSpec(
            name="lens-blur",
            tasks=("bokeh",),
            summary="Depth-aware lens blur in planes, driven by the lens metadata",
            target="restorebench_bokeh.lens_blur:LensBlur",
            method="classical",
            resizes=False,
            citation="Potmesil & Chakravarty, SIGGRAPH 1981; Kraus & Strengert, CGF 26(3) 2007",
        ),
        *packaged_specs(
            "restorebench_bokeh",
            "bokeh",
            _PACKAGED,
            initial="lens-blur",
            on_request=("diffusion-mean",),  # its photographs would take minutes
        ),
    )
