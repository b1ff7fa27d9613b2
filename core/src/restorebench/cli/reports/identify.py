"""The verb `identify`: which way of scoring gives a published number."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from restorebench.cli.options import AsJson, Mask, Scale, Views, option
from restorebench.cli.output import emit, installed, stdout, warning
from restorebench.cli.progress import track
from restorebench.cli.reports.identify_report import Outcome, facts, report
from restorebench.errors import OptionError, PluginError
from restorebench.registry import nearest

if TYPE_CHECKING:
    from restorebench.metrics.identify.grid import Candidate
    from restorebench.metrics.identify.search import Published
    from restorebench.metrics.protocol import Protocol
    from restorebench.plugins import Suite

Predictions = Annotated[
    Path, typer.Argument(metavar="PRED", help="An image, a folder, or a pattern.")
]
References = Annotated[Path, typer.Argument(metavar="REF", help="Its reference: likewise.")]
Value = Annotated[str, option("--value", "NUMBER", "The number as it was printed, such as 26.78.")]
MetricNames = Annotated[
    list[str] | None,
    option("--metric", "METRIC", "psnr, ssim, lpips, lab-mae, … (repeatable); all by default."),
]
Tolerance = Annotated[
    float | None,
    option(
        "--tolerance",
        "NUMBER",
        "How far off a match may be; by default half a unit of the last digit.",
    ),
]
All = Annotated[bool, typer.Option("--all", help="Show everything that was tried.")]


def identify(
    pred: Predictions,
    ref: References,
    value: Value,
    metric: MetricNames = None,
    mask: Mask = None,
    tolerance: Tolerance = None,
    scale: Scale = None,
    views: Views = None,
    show_all: All = False,
    as_json: AsJson = False,
) -> None:
    """Find the ways of scoring that reproduce a published number.

    The exit status is 1 if there is none.
    """
    from restorebench.data.layouts.pairing import matches
    from restorebench.metrics.identify.grid import candidates
    from restorebench.metrics.identify.search import Published
    from restorebench.metrics.identify.search import identify as identify_number
    from restorebench.metrics.pair import Pair

    suite = installed()
    published = Published.parse(value, tolerance)
    found = matches(pred, ref, views, mask)
    per_scene = len(next(iter(found.values())).target.files)
    protocols = list(_protocols(suite))
    tried = candidates(protocols, metric, scale=scale, views=per_scene, masked=mask is not None)
    alone = len(found) * per_scene == 1  # where pooling changes nothing
    tried = [c for c in tried if _can_be(c, published) and not (alone and c.pooled)]
    if not tried:
        raise OptionError(_nothing(protocols, metric, published))
    pairs = (Pair(*match.read()) for match in track(found.values(), "scoring", len(found)))
    findings = identify_number(published, pairs, tried, suite.metrics.load)
    outcome = Outcome(published, tuple(findings), len(found), per_scene)
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
    """Whether a metric has such values; those that have not are costly to try."""
    from restorebench.metrics.identify.grid import LARGEST, family

    largest = LARGEST.get(family(candidate.measure.metric), math.inf)
    return published.value <= largest + published.tolerance


def _nothing(
    protocols: Sequence[Protocol], metrics: Sequence[str] | None, published: Published
) -> str:
    from restorebench.metrics.identify.grid import candidates, family

    known = sorted({family(c.measure.metric) for c in candidates(protocols, masked=True)})
    unknown = next((name for name in metrics or () if name not in known), None)
    if unknown is None:
        asked = " and ".join(metrics or ())
        return f"{asked} has no such values; {published.value:g} must be of another metric"
    return f"no protocol measures {unknown!r}; {nearest(unknown, known)}"
