"""The verbs that say what is installed: tasks, datasets, restorers, metrics, protocols, solvers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any, TypeAlias

from restorebench.cli.options import AsJson, Patterns, Tasks
from restorebench.cli.output import emit, installed, print_table
from restorebench.errors import PluginError
from restorebench.registry import Registry

Facts: TypeAlias = dict[str, Any]
Cells: TypeAlias = Callable[[Facts], Sequence[str]]


def tasks(patterns: Patterns = None, as_json: AsJson = False) -> None:
    """List the tasks: what is restored, and how it is scored."""
    columns = ("task", "scored by", "ranked by", "reference", "summary")
    show(_facts(installed().tasks, patterns), as_json, columns, _task)


def datasets(patterns: Patterns = None, task: Tasks = None, as_json: AsJson = False) -> None:
    """List the data sets; those of the default benchmark are marked."""
    suite = installed()
    wanted = suite.tasks.matching(*(task or ()))
    facts = [f for f in _facts(suite.datasets, patterns) if f["task"] in wanted]
    show(facts, as_json, ("data set", "task", "splits", "default", "summary"), _dataset)


def restorers(patterns: Patterns = None, task: Tasks = None, as_json: AsJson = False) -> None:
    """List the restorers; those of the default benchmark are marked."""
    from restorebench.harness.plan import offered

    suite = installed()
    wanted = [suite.tasks[name] for name in suite.tasks.matching(*(task or ()))]
    facts = [
        f
        for f in _facts(suite.restorers, patterns)
        if not task or any(offered(suite.restorers[f["name"]], t) for t in wanted)
    ]
    show(facts, as_json, ("restorer", "tasks", "default", "summary"), _restorer)


def metrics(patterns: Patterns = None, as_json: AsJson = False) -> None:
    """List the metrics and which way is better."""
    columns = ("metric", "better", "unit", "summary")
    show(_facts(installed().metrics, patterns), as_json, columns, _metric)


def protocols(patterns: Patterns = None, as_json: AsJson = False) -> None:
    """List the scoring protocols with their hashes."""
    registry = installed().protocols
    facts = [{**f, **_loaded(registry, f["name"])} for f in _facts(registry, patterns)]
    show(facts, as_json, ("protocol", "hash", "columns", "summary"), _protocol)


def sdes(patterns: Patterns = None, as_json: AsJson = False) -> None:
    """List the Gaussian paths and SDEs."""
    show(_facts(installed().sdes, patterns), as_json, ("path", "summary"), _lazy)


def solvers(patterns: Patterns = None, as_json: AsJson = False) -> None:
    """List the solvers of reverse processes."""
    show(_facts(installed().solvers, patterns), as_json, ("solver", "summary"), _lazy)


def compressors(patterns: Patterns = None, as_json: AsJson = False) -> None:
    """List the latent compressors."""
    show(_facts(installed().compressors, patterns), as_json, ("compressor", "summary"), _lazy)


def guides(patterns: Patterns = None, as_json: AsJson = False) -> None:
    """List the maps that networks can read beside the degraded image."""
    columns = ("guide", "channels", "tasks", "summary")
    show(_facts(installed().guides, patterns), as_json, columns, _guide)


def show(facts: Sequence[Facts], as_json: bool, columns: Sequence[str], cells: Cells) -> None:
    """Print facts as JSON, or as a table that ends with the provider."""
    if as_json:
        emit(facts)
        return
    lines = [[*cells(f), "{distribution} {version}".format(**f["provider"])] for f in facts]
    print_table([*columns, "provided by"], lines, folds={"summary", "columns", "provided by"})


def _facts(registry: Registry[Any], patterns: Sequence[str] | None) -> list[Facts]:
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


def _lazy(facts: Facts) -> Sequence[str]:
    return facts["name"], facts["summary"]


def _task(facts: Facts) -> Sequence[str]:
    return [facts[key] for key in ("name", "protocol", "rank_by", "reference", "summary")]


def _dataset(facts: Facts) -> Sequence[str]:
    splits = " ".join(facts["splits"])
    return facts["name"], facts["task"], splits, _tick(facts["default"]), facts["summary"]


def _restorer(facts: Facts) -> Sequence[str]:
    return facts["name"], " ".join(facts["tasks"]), _tick(facts["default"]), facts["summary"]


def _guide(facts: Facts) -> Sequence[str]:
    return facts["name"], str(facts["channels"]), " ".join(facts["tasks"]), facts["summary"]


def _metric(facts: Facts) -> Sequence[str]:
    better = "higher" if facts["higher_is_better"] else "lower"
    return facts["name"], better, facts["unit"], facts["summary"]


def _protocol(facts: Facts) -> Sequence[str]:
    broken = facts["error"]
    digest = "broken" if broken else facts["hash"][:12]
    return facts["name"], digest, " ".join(facts["columns"]), broken or facts["summary"]


def _tick(value: bool) -> str:
    return "✓" if value else ""
