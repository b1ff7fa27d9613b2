"""What core itself provides, through the same hooks as everybody else."""

from __future__ import annotations

from restorebench.builtin_metrics import METRICS, PROTOCOLS
from restorebench.hookspecs import hookimpl
from restorebench.specs import LazySpec, MetricSpec, ProtocolSpec, RestorerSpec


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


@hookimpl
def restorebench_renderers() -> tuple[LazySpec, ...]:
    """Leaderboards as GitHub Markdown, as CSV, and for a terminal."""
    room = "restorebench.leaderboard"
    return (
        LazySpec(
            name="markdown",
            summary="GitHub tables with footnotes and provenance",
            target=f"{room}.markdown:markdown",
        ),
        LazySpec(
            name="csv",
            summary="One line per row and section, numbers in full",
            target=f"{room}.longform:csv",
        ),
        LazySpec(
            name="terminal",
            summary="One ranked table per task, for a screen",
            target=f"{room}.terminal:terminal",
        ),
    )


@hookimpl
def restorebench_metrics() -> tuple[MetricSpec, ...]:
    """PSNR, SSIM, LPIPS, L*a*b* error, and pyiqa's metrics through an adapter."""
    return METRICS


@hookimpl
def restorebench_protocols() -> tuple[ProtocolSpec, ...]:
    """The default protocol and those by which published numbers were made."""
    return PROTOCOLS
