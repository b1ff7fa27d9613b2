"""What core itself provides, through the same hooks as any plugin."""

from __future__ import annotations

from restorebench.builtin_lazy import BACKBONES, COMPRESSORS, PATHS, RENDERERS, SOLVERS
from restorebench.builtin_metrics import METRICS, PROTOCOLS
from restorebench.builtin_outside import OUTSIDE
from restorebench.hookspecs import hookimpl
from restorebench.specs import GuideSpec, LazySpec, MetricSpec, ProtocolSpec, RestorerSpec


@hookimpl
def restorebench_restorers() -> tuple[RestorerSpec, ...]:
    """Identity, bicubic, a folder of images, and networks from files of weights."""
    return (
        RestorerSpec(
            name="identity",
            summary="The input, unchanged: what every restorer must beat",
            target="restorebench.restorers.identity:Identity",
            resizes=False,
            method="identity",
        ),
        RestorerSpec(
            name="bicubic",
            summary="Bicubic upscaling, a = −0.5: the reference row of super-resolution",
            target="restorebench.restorers.bicubic:Bicubic",
            resizes=True,
            method="identity",  # what super-resolution has for it: the input at the target's size
            citation="Keys, IEEE TASSP 1981",
        ),
        RestorerSpec(
            name="folder",
            summary="A folder of images that were restored elsewhere (path=DIR)",
            target="restorebench.restorers.folder:Folder",
            needs=("path",),
            default=False,
        ),
        RestorerSpec(
            name="diffusion",
            summary="A network sampled along a path (weights=FILE, steps=N, solver=NAME, …)",
            target="restorebench.restorers.diffusion:Diffusion",
            needs=("weights",),
            default=False,
            citation="Luo et al., ICML 2023 and CVPRW 2023",
        ),
        RestorerSpec(
            name="regression",
            summary="A network that is called once (weights=FILE)",
            target="restorebench.restorers.regression:Regression",
            needs=("weights",),
            default=False,
            citation="Chen et al., ECCV 2022; Zamir et al., CVPR 2022",
        ),
        *OUTSIDE,
    )


@hookimpl
def restorebench_guides() -> tuple[GuideSpec, ...]:
    """Where an image is degraded, and how near things are."""
    return (
        GuideSpec(
            name="mask",
            summary="The sample's mask: 1 where it is degraded, such as in shadow",
            target="restorebench.restorers.guides:mask",
        ),
        GuideSpec(
            name="input",
            summary="The sample's own image, for a network that goes on after another restorer",
            target="restorebench.restorers.guides:degraded",
            channels=3,
        ),
        GuideSpec(
            name="nearness",
            summary="1 / depth, in 1/m: 0 far away",
            target="restorebench.restorers.guides:nearness",
        ),
    )


@hookimpl
def restorebench_renderers() -> tuple[LazySpec, ...]:
    """Leaderboards as GitHub Markdown, CSV, JSON, LaTeX, an HTML page, and for a terminal."""
    return RENDERERS


@hookimpl
def restorebench_metrics() -> tuple[MetricSpec, ...]:
    """PSNR, SSIM, LPIPS, L*a*b* error, and pyiqa's metrics through an adapter."""
    return METRICS


@hookimpl
def restorebench_protocols() -> tuple[ProtocolSpec, ...]:
    """The default protocol and those by which published numbers were made."""
    return PROTOCOLS


@hookimpl
def restorebench_sdes() -> tuple[LazySpec, ...]:
    """IR-SDE, diffusion, flow, residual shifting, and the bridges."""
    return PATHS


@hookimpl
def restorebench_solvers() -> tuple[LazySpec, ...]:
    """Solvers of reverse processes, of orders 1 to 3."""
    return SOLVERS


@hookimpl
def restorebench_backbones() -> tuple[LazySpec, ...]:
    """NAFNet, IR-SDE's U-Net, DiT, Restormer."""
    return BACKBONES


@hookimpl
def restorebench_compressors() -> tuple[LazySpec, ...]:
    """Refusion's U-Net, KL-VAE, Haar wavelets, identity."""
    return COMPRESSORS
