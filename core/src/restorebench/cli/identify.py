"""The verb `identify`: which way of scoring gives a published number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.progress import track

from restorebench.cli.identify_report import Outcome, facts, report
from restorebench.cli.options import AsJson
from restorebench.cli.output import emit, installed, stderr, stdout, warning
from restorebench.errors import OptionError, PluginError
from restorebench.registry import nearest

if TYPE_CHECKING:
    from restorebench.metrics.identify import Published
    from restorebench.metrics.identify_grid import Candidate
    from restorebench.metrics.protocol import Protocol
    from restorebench.plugins import Suite

Predictions = Annotated[Path, typer.Argument(metavar="PRED", help="An image, or a folder.")]
References = Annotated[Path, typer.Argument(metavar="REF", help="Its reference, or a folder.")]
Value = Annotated[str, typer.Option("--value", help="The number as it was printed, e.g. 26.78.")]
MetricNames = Annotated[
    list[str] | None,
    typer.Option("--metric", help="psnr, ssim, lpips, lab-mae, …; every one without it."),
]
Masks = Annotated[Path | None, typer.Option("--mask", help="A folder of masks of REF's names.")]
Tolerance = Annotated[
    float | None,
    typer.Option("--tolerance", help="How far off still counts; else half the last digit."),
]
Scale = Annotated[
    int | None, typer.Option("--scale", min=1, help="Of super-resolution: adds its borders.")
]
Views = Annotated[
    int | None, typer.Option("--views", min=1, max=2, help="Per scene; else told by the names.")
]
All = Annotated[bool, typer.Option("--all", help="Show everything that was tried.")]


def identify(
    pred: Predictions,
    ref: References,
    value: Value,
    metric: MetricNames = None,
    mask: Masks = None,
    tolerance: Tolerance = None,
    scale: Scale = None,
    views: Views = None,
    show_all: All = False,
    as_json: AsJson = False,
) -> None:
    """Tell which ways of scoring reproduce a published number; exit status 1 if none does."""
    from restorebench.cli.scenes import read_pairs, scenes
    from restorebench.metrics.identify import Published
    from restorebench.metrics.identify import identify as identify_number
    from restorebench.metrics.identify_grid import candidates

    suite = installed()
    published = Published.parse(value, tolerance)
    files = scenes(pred, ref, views)
    per_scene = len(next(iter(files.values()))[1])
    protocols = list(_protocols(suite))
    tried = candidates(protocols, metric, scale=scale, views=per_scene, masked=mask is not None)
    alone = len(files) * per_scene == 1  # where pooling changes nothing
    tried = [c for c in tried if _can_be(c, published) and not (alone and c.pooled)]
    if not tried:
        raise OptionError(_nothing(protocols, metric, published))
    pairs = (pair for _, pair in _shown(read_pairs(files, mask), len(files)))
    found = identify_number(published, pairs, tried, suite.metrics.load)
    outcome = Outcome(published, tuple(found), len(files), per_scene)
    if as_json:
        emit(facts(outcome))
    else:
        stdout().print(report(outcome, show_all))
    if not outcome.reproduced:
        raise typer.Exit(1)


def _protocols(suite: Suite) -> Iterator[Protocol]:
    for name in suite.protocols.names():
        try:
            yield suite.protocols.load(name)
        except PluginError as problem:
            warning(f"left out: {problem}")


def _can_be(candidate: Candidate, published: Published) -> bool:
    """SSIM is at most 1, and costly to try."""
    from restorebench.metrics.identify_grid import family

    return family(candidate.measure.metric) != "ssim" or published.value <= 1 + published.tolerance


def _nothing(
    protocols: Sequence[Protocol], metrics: Sequence[str] | None, published: Published
) -> str:
    from restorebench.metrics.identify_grid import candidates, family

    known = sorted({family(c.measure.metric) for c in candidates(protocols, masked=True)})
    unknown = next((name for name in metrics or () if name not in known), None)
    if unknown is None:
        return f"an SSIM is at most 1, so {published.value:g} is none; is it of another metric?"
    return f"no protocol measures {unknown!r}; {nearest(unknown, known)}"


def _shown(pairs: Iterable[Any], total: int) -> Iterable[Any]:
    console = stderr()
    return (
        track(pairs, "scoring", total, console=console, transient=True)
        if (console.is_terminal)
        else pairs
    )
