"""The verb `plugins`: who provides what, and what is broken."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

import typer
from rich.text import Text

from restorebench.cli.options import AsJson
from restorebench.cli.output import Column, emit, print_table, stdout
from restorebench.plugins import PluginReport, Suite, suite

Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Show tracebacks.")]


def plugins(verbose: Verbose = False, as_json: AsJson = False) -> None:
    """List the plugins, what each provides, and why any is broken."""
    found = suite()
    facts = [_facts(found, report) for report in found.reports]
    if as_json:
        emit(facts)
        return
    heads = (Column("plugin"), Column("distribution"), Column("version"), Column("provides", True))
    whole = [f for f in facts if f["hooks"]]
    lines = [[f["name"], f["distribution"], f["version"], _provides(f["provides"])] for f in whole]
    print_table(heads, lines)
    for report in found.failures:
        _print_failure(report, verbose)


def _facts(found: Suite, report: PluginReport) -> dict[str, Any]:
    return {
        "name": report.name,
        **asdict(report.provider),
        "hooks": list(report.hooks),
        "provides": {
            kind: names
            for kind, registry in found.registries.items()
            if (names := [n for n in registry.names() if registry.provider(n) == report.provider])
        },
        "error": report.error,
        "traceback": report.traceback,
    }


def _provides(names: dict[str, list[str]]) -> str:
    return "\n".join(f"{kind}: {', '.join(given)}" for kind, given in names.items()) or "–"


def _print_failure(report: PluginReport, verbose: bool) -> None:
    left_out = "partly broken" if report.hooks else "left out"
    line = Text(f"{left_out}: {report.name}", style="bold red")
    line.append(f" ({report.provider}): {report.error}", style="not bold default")
    stdout().print(line, soft_wrap=True)
    if verbose and report.traceback:
        stdout().print(Text(report.traceback), soft_wrap=True)
