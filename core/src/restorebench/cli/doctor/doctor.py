"""The verb `doctor`: what is installed here, what works, and what is missing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table
from rich.text import Text

from restorebench.cli import output
from restorebench.cli.doctor.finding import Finding, State
from restorebench.cli.options import AsJson
from restorebench.cli.output import emit, stdout

if TYPE_CHECKING:
    from restorebench.plugins import Suite

NOT_TRIED = Finding(
    "not tried",
    "imports",
    "unchecked",
    "nothing was imported or restored; 'restorebench doctor --deep' imports torch, torchvision and "
    "all that the default benchmark uses, and restores an image on each device",
)
_STYLES: dict[State, str] = {
    "ok": "green",
    "missing": "yellow",
    "unchecked": "yellow",
    "broken": "bold red",
}
_MARKS: dict[State, str] = {"ok": "✓", "missing": "–", "unchecked": "?", "broken": "✗"}

Deep = Annotated[
    bool,
    typer.Option("--deep", help="Also import everything and restore an image on each device."),
]


def doctor(deep: Deep = False, as_json: AsJson = False) -> None:
    """Check the installation.

    Without --deep, versions, files and weights are checked, but nothing is imported.
    The exit status is 1 if the default benchmark would not work.
    """
    findings = list(examine(output.suite(), deep))
    if as_json:
        emit([asdict(finding) for finding in findings])
    else:
        _print(findings)
    if any(finding.state == "broken" for finding in findings):
        raise typer.Exit(1)


def examine(found: Suite, deep: bool = False) -> Iterator[Finding]:
    """All findings, in the order in which they are shown."""
    from restorebench.cli.doctor import machine, packages, targets, torch_build, weights

    yield from machine.examine()
    yield from packages.examine([report.provider.distribution for report in found.reports])
    yield from torch_build.examine()
    yield from weights.examine(found)
    for report in found.reports:
        state: State = "broken" if report.error else "ok"
        detail = report.error or ", ".join(h.removeprefix("restorebench_") for h in report.hooks)
        yield Finding("plugin", f"{report.name} ({report.provider})", state, detail)
    if not deep:
        yield from targets.examine(found)
        yield NOT_TRIED
        return
    from restorebench.cli.doctor import trials

    yield from trials.examine(found)


def _print(findings: list[Finding]) -> None:
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold", max_width=40)
    table.add_column(overflow="fold")
    last = ""
    for finding in findings:
        topic = finding.topic if finding.topic != last else ""
        last = finding.topic
        name = Text(f"{_MARKS[finding.state]} {finding.name}", style=_STYLES[finding.state])
        table.add_row(Text(topic, style="bold"), name, Text(finding.detail))
    stdout().print(table)
