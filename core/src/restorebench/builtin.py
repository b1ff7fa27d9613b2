"""What core itself provides, through the same hooks as everybody else."""

from __future__ import annotations

from restorebench.hookspecs import hookimpl
from restorebench.specs import RestorerSpec


@hookimpl
def restorebench_restorers() -> tuple[RestorerSpec, ...]:
    """Identity, bicubic, and a folder of pictures."""
    return (
        RestorerSpec(
            name="identity",
            summary="The input, unchanged: what every restorer must beat",
            target="restorebench.restorers.identity:Identity",
            resizes=False,
        ),
        RestorerSpec(
            name="bicubic",
            summary="Bicubic upscaling, a = −0.5: the reference row of super-resolution",
            target="restorebench.restorers.bicubic:Bicubic",
            resizes=True,
            citation="Keys, IEEE TASSP 1981",
        ),
        RestorerSpec(
            name="folder",
            summary="A folder of pictures that were restored elsewhere (path=DIR)",
            target="restorebench.restorers.folder:Folder",
            default=False,
        ),
    )
