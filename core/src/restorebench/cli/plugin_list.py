"""The verb `plugins`: who provides what, and what is broken."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import typer
from rich.table import Table
from rich.text import Text

from restorebench.cli import output
from restorebench.cli.options import AsJson, Patterns
from restorebench.cli.output import emit, print_table, result, stdout
from restorebench.errors import UnknownNameError
from restorebench.registry import nearest

if TYPE_CHECKING:
    from restorebench.plugins import PluginReport, Suite

Facts: TypeAlias = dict[str, Any]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Show tracebacks.")]


def plugins(names: Patterns = None, verbose: Verbose = False, as_json: AsJson = False) -> None:
    """List the plugins: what each provides, and which are broken.

    With NAMEs, show these plugins in full, with what they provide and their tracebacks.
    """
    found = output.suite()
    facts = [_facts(found, report) for report in _matching(found.reports, names)]
    if as_json:
        emit(facts)
    elif names:
        for one in facts:
            _print_one(found, one)
    else:
        titles = ("plugin", "distribution", "version", "provides")
        lines = [
            [f["name"], f["distribution"], f["version"], _provides(f["provides"])]
            for f in facts
            if f["hooks"]
        ]
        print_table(titles, lines, folds=("provides",))
        for one in facts:
            _print_failure(one, verbose)


def _matching(
    reports: Sequence[PluginReport], names: Sequence[str] | None
) -> Iterator[PluginReport]:
    """The plugins that any of `names` matches; `UnknownNameError` for one that matches none."""
    known = [report.name for report in reports]
    for name in names or ():
        if not any(fnmatchcase(one, name) for one in known):
            msg = f"unknown plugin {name!r}; {nearest(name, known)}"
            raise UnknownNameError(msg)
    for report in reports:
        if names is None or any(fnmatchcase(report.name, name) for name in names):
            yield report


def _facts(found: Suite, report: PluginReport) -> Facts:
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


def _print_one(found: Suite, facts: Facts) -> None:
    """One plugin: a line of its own for each thing that it provides."""
    result("{name}: {distribution} {version} ({module})".format(**facts))
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for kind, names in facts["provides"].items():
        for n, name in enumerate(names):
            summary = found.registries[kind][name].summary
            table.add_row(*map(Text, ("" if n else f"  {kind}", name, summary)))
    stdout().print(table)
    _print_failure(facts, verbose=True)


def _print_failure(facts: Facts, verbose: bool) -> None:
    if not facts["error"]:
        return
    left_out = "partly broken" if facts["hooks"] else "left out"
    line = Text(f"{left_out}: {facts['name']}", style="bold red")
    who = " ({distribution} {version}): {error}".format(**facts)
    stdout().print(line.append(who, style="not bold default"), soft_wrap=True)
    if verbose and facts["traceback"]:
        result(facts["traceback"].rstrip())
