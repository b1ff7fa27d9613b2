"""All that a plugin provides, held to the contracts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

from restorebench.errors import UnknownNameError
from restorebench.layout_specs import OPEN_LAYOUT
from restorebench.metrics import Metric, Protocol
from restorebench.plugins import PluginReport, Suite
from restorebench.registry import Registry, nearest
from restorebench.testing.conformance.datasets import check_dataset
from restorebench.testing.conformance.problem import Problem, Subject, guarded
from restorebench.testing.conformance.restorers import check_restorer
from restorebench.testing.conformance.tasks import check_protocol, check_task

INLINE = "inline"
"""The distribution of a plugin that is not installed."""


def check_plugin(
    suite: Suite,
    name: str,
    samples: int = 4,
    progress: Callable[[str, int, int], None] | None = None,
) -> list[Problem]:
    """What is wrong with the plugin of that name, or of that distribution; empty if nothing is.

    Its tasks, protocols, data sets (the first `samples` of each split, and one of them in another
    process) and restorers that need no options are tried. Data sets of files that lie elsewhere are
    left out. `progress` is called with what comes next, and how many checks are done, of how many.
    Raises `UnknownNameError` where no plugin has that name.
    """
    report = _report(suite, name)
    found: list[Problem] = []
    every = list(_checks(suite, report, samples))
    for done, (subject, checks) in enumerate(every):
        if progress is not None:
            progress(subject.name, done, len(every))
        found += list(guarded(subject, "checking it", checks))
    return found


def _report(suite: Suite, name: str) -> PluginReport:
    for report in suite.reports:
        if name in {report.name, report.provider.distribution}:
            return report
    known = [report.name for report in suite.reports]
    msg = f"unknown plugin {name!r}; {nearest(name, known)}"
    raise UnknownNameError(msg)


def _checks(
    suite: Suite, report: PluginReport, samples: int
) -> Iterator[tuple[Subject, Callable[[], Iterable[Problem]]]]:
    place, provider = report.provider.module, report.provider
    whole = Subject(f"plugin {report.name!r}", place)
    yield whole, partial(_loaded, whole, report)
    installed = provider.distribution != INLINE
    for task in _own(suite.tasks, report):
        subject = Subject(f"task {task.name!r}", place)
        yield subject, partial(check_task, suite, task, place)
    for spec in _own(suite.protocols, report):
        subject = Subject(f"protocol {spec.name!r}", spec.target)
        yield subject, partial(_protocol, suite, spec.name, subject)
    for dataset in _own(suite.datasets, report):
        if dataset.target != OPEN_LAYOUT:
            subject = Subject(f"data set {dataset.name!r}", dataset.target)
            yield subject, partial(check_dataset, suite, dataset, samples, installed)
    for restorer in _own(suite.restorers, report):
        subject = Subject(f"restorer {restorer.name!r}", restorer.target)
        yield subject, partial(check_restorer, suite, restorer)
    for kind in ("metrics", "sdes", "solvers", "backbones", "compressors", "guides", "renderers"):
        registry = suite.registries[kind]
        for spec in _own(registry, report):
            subject = Subject(f"{registry.kind} {spec.name!r}", spec.target)
            yield subject, partial(_loads, registry, spec.name)


def _own(registry: Registry[Any], report: PluginReport) -> list[Any]:
    return [spec for spec in registry if registry.provider(spec.name) == report.provider]


def _loaded(subject: Subject, report: PluginReport) -> Iterator[Problem]:
    if report.error:
        yield subject.problem(report.error, "mend what it says; nothing of it is used else")


def _protocol(suite: Suite, name: str, subject: Subject) -> Iterator[Problem]:
    protocol = suite.protocols.load(name)
    if not isinstance(protocol, Protocol):
        what = f"it is a {type(protocol).__name__}"
        yield subject.problem(what, "let its target be a restorebench.metrics.Protocol")
        return
    if protocol.name != name:
        what = f"it is called {protocol.name!r}, by which records and tables will not find it"
        yield subject.problem(what, f"call it Protocol({name!r}, …)")
    yield from check_protocol(suite, protocol, subject)


def _loads(registry: Registry[Any], name: str) -> Iterator[Problem]:
    found = registry.load(name)  # raises what is wrong
    if registry.kind == "metric" and not isinstance(found, Metric):
        subject = Subject(f"metric {name!r}", registry[name].target)
        what = "its target is no object of a class of restorebench.metrics.Metric"
        yield subject.problem(what, "let it be an instance, not a class or a function")
