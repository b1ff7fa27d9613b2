"""The verb `check`: whether a plugin keeps the contracts of its hooks."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from restorebench.cli.options import AsJson, option
from restorebench.cli.output import emit, error, installed, result
from restorebench.cli.progress import ProgressDisplay

Plugin = Annotated[
    str,
    typer.Argument(metavar="PLUGIN", help="Its name, as in 'plugins', or its distribution."),
]
Samples = Annotated[int, option("--samples", "N", "How many samples of each split.", min=1)]


def check(plugin: Plugin, samples: Samples = 4, as_json: AsJson = False) -> None:
    """Check that what a plugin provides keeps its contracts.

    Samples are the same each time and in another process, splits share no pixels, conditions and
    views are as declared, restorations have the right size and range, every column of a protocol
    can be computed, ranking columns are there. Exits with status 1 where something is wrong.
    """
    from restorebench.testing.conformance import check_plugin

    with ProgressDisplay() as progress:
        bar = progress.bar()
        found = check_plugin(installed(), plugin, samples, bar.show)
    if as_json:
        emit([asdict(problem) for problem in found])
    else:
        for problem in found:
            error(str(problem))
        result(f"{plugin}: {f'{len(found)} problems' if found else 'no problems found'}")
    if found:
        raise typer.Exit(1)
