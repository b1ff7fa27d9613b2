"""The verbs that say what is installed: tasks, restorers, metrics, protocols, solvers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, TypeAlias

from restorebench.cli.options import AsJson, Patterns, Tasks
from restorebench.cli.output import emit, installed, print_table
from restorebench.errors import PluginError
from restorebench.registry import Registry

Facts: TypeAlias = dict[str, Any]
Columns: TypeAlias = Mapping[str, str | Callable[[Facts], object]]
"""By its title what a column shows: a fact, or what is made of them."""
_FOLDED = {"summary", "columns", "splits", "state", "provided by"}


def tasks(patterns: Patterns = None, as_json: AsJson = False) -> None:
    """List the tasks: what is restored, and how it is scored."""
    columns = {"task": "name", "scored by": "protocol", "ranked by": "rank_by"}
    columns |= {"reference": "reference", "summary": "summary"}
    show(facts_of(installed().tasks, patterns), as_json, columns)


def restorers(patterns: Patterns = None, task: Tasks = None, as_json: AsJson = False) -> None:
    """List the restorers; those of the default benchmark are marked."""
    from restorebench.harness.plan import offered

    suite = installed()
    chosen = [suite.tasks[name] for name in suite.tasks.matching(*(task or ()))]
    facts = [
        f
        for f in facts_of(suite.restorers, patterns)
        if not task or any(offered(suite.restorers[f["name"]], t) for t in chosen)
    ]
    columns = {"restorer": "name", "tasks": "tasks", "default": "default", "summary": "summary"}
    show(facts, as_json, columns)


def metrics(patterns: Patterns = None, as_json: AsJson = False) -> None:
    """List the metrics and which way is better."""
    columns: Columns = {
        "metric": "name",
        "better": lambda facts: "higher" if facts["higher_is_better"] else "lower",
        "unit": "unit",
        "summary": "summary",
    }
    show(facts_of(installed().metrics, patterns), as_json, columns)


def protocols(patterns: Patterns = None, as_json: AsJson = False) -> None:
    """List the scoring protocols with their hashes."""
    registry = installed().protocols
    facts = [{**f, **_loaded(registry, f["name"])} for f in facts_of(registry, patterns)]
    columns: Columns = {
        "protocol": "name",
        "hash": lambda facts: "broken" if facts["error"] else facts["hash"][:12],
        "columns": "columns",
        "summary": lambda facts: facts["error"] or facts["summary"],
    }
    show(facts, as_json, columns)


def sdes(patterns: Patterns = None, as_json: AsJson = False) -> None:
    """List the Gaussian paths and SDEs."""
    show(facts_of(installed().sdes, patterns), as_json, {"path": "name", "summary": "summary"})


def solvers(patterns: Patterns = None, as_json: AsJson = False) -> None:
    """List the solvers of reverse processes."""
    columns = {"solver": "name", "summary": "summary"}
    show(facts_of(installed().solvers, patterns), as_json, columns)


def compressors(patterns: Patterns = None, as_json: AsJson = False) -> None:
    """List the latent compressors."""
    columns = {"compressor": "name", "summary": "summary"}
    show(facts_of(installed().compressors, patterns), as_json, columns)


def guides(patterns: Patterns = None, as_json: AsJson = False) -> None:
    """List the maps that networks can read beside the degraded image."""
    columns = {"guide": "name", "channels": "channels", "tasks": "tasks", "summary": "summary"}
    show(facts_of(installed().guides, patterns), as_json, columns)


def show(facts: Sequence[Facts], as_json: bool, columns: Columns) -> None:
    """Print facts as JSON, or as a table that ends with the provider."""
    if as_json:
        emit(facts)
        return
    cells = [
        [_shown(f[key] if isinstance(key, str) else key(f)) for key in columns.values()]
        for f in facts
    ]
    providers = ["{distribution} {version}".format(**f["provider"]) for f in facts]
    lines = [[*line, provider] for line, provider in zip(cells, providers, strict=True)]
    print_table([*columns, "provided by"], lines, folds=_FOLDED)


def facts_of(registry: Registry[Any], patterns: Sequence[str] | None) -> list[Facts]:
    """The specs that patterns match, as plain values with their providers."""
    return [
        {**asdict(registry[name]), "provider": asdict(registry.provider(name))}
        for name in registry.matching(*(patterns or ()))
    ]


def _loaded(registry: Registry[Any], name: str) -> Facts:
    try:
        protocol = registry.load(name)
    except PluginError as error:
        return {"hash": None, "columns": [], "error": str(error)}
    return {"hash": protocol.hash, "columns": list(protocol.measures), "error": None}


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "✓" if value else ""
    return " ".join(value) if isinstance(value, list | tuple) else str(value)
