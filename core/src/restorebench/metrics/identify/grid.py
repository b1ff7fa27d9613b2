"""What a published number may have been: registered columns, and a grid of usual variations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

from restorebench.metrics.identify.words import POOLED, from_default
from restorebench.metrics.measures import iqa, lab_mae, lpips, psnr, ssim
from restorebench.metrics.protocol import Measure, Protocol

LUMINANCES = ("rgb", "y-bt601-limited", "y-yiq-full", "gray-skimage")

ROUNDED = ("gray-matlab-8bit", "y-bt601-limited-8bit", "y-yiq-full-8bit")
"""Luminances of codes that stay with 8-bit images: MATLAB's and OpenCV's."""

SSIMS: tuple[Mapping[str, Any], ...] = (
    {},  # its authors'; BasicSR
    {"padding": "reflect"},  # torchmetrics
    {"padding": "replicate"},  # NAFNet on luma
    {"covariance": "sample"},
    {"window": "uniform-7", "covariance": "sample"},  # scikit-image's default
    {"window": "uniform-7"},
    {"window": "3d-gaussian-11-1.5", "padding": "replicate"},  # MATLAB and NAFNet on RGB
)
"""The windows, covariances and borders of the codes in use."""

USUAL = (SSIMS[0], SSIMS[4])
"""SSIM by its authors and by scikit-image."""

LARGEST = {
    **dict.fromkeys(("ssim", "iqa-ms-ssim", "iqa-cw-ssim", "iqa-fsim", "iqa-vsi"), 1.0),
    "lpips": 2.0,  # no theorem: networks' features never differ so much
}
"""Values that a metric does not exceed, by its family."""

Place = Mapping[str, Any]

RARE: tuple[Place, ...] = (
    {"resize": (256, 256), "kernel": "linear"},
    {"resize": (256, 256), "kernel": "linear-opencv"},
    {"center": (512, 512)},
)
"""Frames that are tried with the usual kinds of SSIM alone."""


@dataclass(frozen=True)
class Candidate:
    """A measure, how images are put together (`pooled`: by their squared errors), and its names.

    `names` are the registered columns that it is, as ``protocol column``; none for a variation.
    """

    measure: Measure
    pooled: bool = False
    names: tuple[str, ...] = ()

    @property
    def differs(self) -> tuple[str, ...]:
        """How it differs from ``ntire-rgb``, in phrases; none for ``ntire-rgb`` itself."""
        return (*from_default(self.measure), *([POOLED] if self.pooled else []))


def candidates(
    protocols: Iterable[Protocol],
    metrics: Iterable[str] | None = None,
    *,
    scale: int | None = None,
    views: int = 1,
    masked: bool = False,
) -> list[Candidate]:
    """The columns of `protocols` and the grid, each measure once, registered ones first.

    `metrics` keeps those of these metrics (pyiqa's ``iqa-psnr`` and ``iqa-psnry`` belong to
    ``psnr``). `scale` adds the borders of super-resolution, s and 6 + s pixels; two `views` add the
    left one alone; `masked` adds regions.
    """
    named: dict[Candidate, list[str]] = {}
    for protocol in protocols:
        for column, measure in protocol.measures.items():
            if masked or measure.region == "all":
                seen = measure if views > 1 else replace(measure, views="mean")
                named.setdefault(Candidate(seen), []).append(f"{protocol.name} {column}")
    for candidate in grid(scale=scale, views=views, masked=masked):
        named.setdefault(candidate, [])
    families = None if metrics is None else set(metrics)
    return [
        Candidate(c.measure, c.pooled, tuple(names))
        for c, names in named.items()
        if families is None or family(c.measure.metric) in families
    ]


def family(metric: str) -> str:
    """The metric of core that a third party's is a rendering of: ``psnr`` for ``iqa-psnry``."""
    known = {"iqa-psnr": "psnr", "iqa-psnry": "psnr", "iqa-ssim": "ssim", "iqa-ssimc": "ssim"}
    return known.get(metric, metric)


def grid(*, scale: int | None, views: int, masked: bool) -> Iterator[Candidate]:
    """The variations; the documentation lists the same ones."""
    for where, channels in product(frames(scale, views), LUMINANCES):
        yield from _both({**where, "channels": channels}, SSIMS)
    for where, channels in product(frames(scale, views), ROUNDED):
        yield from _both({**where, "channels": channels}, USUAL)
    for where, channels in product(RARE, LUMINANCES):
        yield from _both({**where, "channels": channels}, USUAL)
    yield Candidate(ssim(downsample="auto-256", channels="gray-matlab-8bit"))
    for where in [*frames(scale, views), *RARE]:
        yield Candidate(psnr(**where, peak="prediction-max"))
    for where in _uncut(views):
        yield from (Candidate(lpips(net=net, **where)) for net in ("alex", "vgg", "squeeze"))
    for where, white in product([*_uncut(views), *RARE], ("d65", "d50")):
        yield Candidate(lab_mae(white=white, **where))
    yield from (Candidate(iqa(name)) for name in ("psnr", "psnry", "ssim", "ssimc"))
    if masked:
        yield from _regional()


def frames(scale: int | None, views: int) -> list[Place]:
    """The parts of the images that evaluation codes look at."""
    crops = dict.fromkeys((1, 4) if scale is None else (1, 4, scale, 6 + scale))
    cut: list[Place] = [{"crop": crop} for crop in crops]
    stereo: list[Place] = [{"views": "left", "crop_left": 64}] if views > 1 else []
    return [*_uncut(views), *cut, *stereo]


def _uncut(views: int) -> list[Place]:
    left: list[Place] = [{"views": "left"}] if views > 1 else []
    return [{}, {"resize": (256, 256)}, *left]


def _both(where: Place, kinds: Iterable[Mapping[str, Any]]) -> Iterator[Candidate]:
    """PSNR, its mean and pooled, and SSIM."""
    yield Candidate(psnr(**where))
    yield Candidate(psnr(**where), pooled=True)
    for kind in kinds:
        if where["channels"] == "rgb" or kind.get("window") != "3d-gaussian-11-1.5":
            yield Candidate(ssim(**kind, **where))


def _regional() -> Iterator[Candidate]:
    """Shadow and rest: true pixel counts or blackening, both mask rules, both sizes."""
    sizes: list[Place] = [{}, {"resize": (256, 256)}, *RARE[:2]]
    choices = product(("mask", "outside-mask"), ("excluded", "zeroed"), ("half", "any"), sizes)
    for region, rest, rule, size in choices:
        where: dict[str, Any] = {"region": region, "rest": rest, "mask_rule": rule, **size}
        yield Candidate(psnr(**where))
        yield Candidate(psnr(**where), pooled=True)
        yield from (Candidate(lab_mae(white=white, **where)) for white in ("d65", "d50"))
        if rest == "zeroed" and size not in RARE:  # SSIM has no meaning on loose pixels
            for channels, kind in product(LUMINANCES, USUAL):
                yield Candidate(ssim(**kind, **where, channels=channels))
