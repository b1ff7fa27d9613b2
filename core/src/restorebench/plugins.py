"""Finding, isolating and listing plugins, and the registries that they fill.

A broken plugin is reported and left out; it never takes the program down. Entry points are sorted
by name before they are registered, so that two machines end with the same registries.
"""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from types import ModuleType
from typing import Any

import pluggy

from restorebench import hookspecs
from restorebench.errors import PluginError
from restorebench.registry import Provider, Registry
from restorebench.specs import (
    DatasetSpec,
    LazySpec,
    MetricSpec,
    ProtocolSpec,
    RestorerSpec,
    TaskSpec,
)
from restorebench.types import Record

GROUP = "restorebench"
DISABLE_VARIABLE = "RESTOREBENCH_DISABLED_PLUGINS"


@dataclass(frozen=True)
class PluginReport:
    """One plugin as it was found: who provides it, which hooks it fills, or why it is left out."""

    name: str
    provider: Provider
    hooks: tuple[str, ...] = ()
    error: str | None = None
    traceback: str | None = None


class Suite:
    """Everything that is installed: one plugin manager, one registry per kind of thing.

    `plugins` are ``(name, module)`` pairs to load beside core's own; by default those of the entry
    points. `RESTOREBENCH_DISABLED_PLUGINS` (comma-separated entry-point names) leaves some out.
    """

    def __init__(self, plugins: Sequence[tuple[Provider, str, Callable[[], object]]] | None = None):
        self.tasks = Registry("task", TaskSpec)
        self.datasets = Registry("data set", DatasetSpec)
        self.restorers = Registry("restorer", RestorerSpec)
        self.metrics = Registry("metric", MetricSpec)
        self.protocols = Registry("protocol", ProtocolSpec)
        self.sdes = Registry("SDE", LazySpec)
        self.solvers = Registry("solver", LazySpec)
        self.backbones = Registry("backbone", LazySpec)
        self.compressors = Registry("compressor", LazySpec)
        self.renderers = Registry("renderer", LazySpec)
        self.reports: list[PluginReport] = []
        self._manager = pluggy.PluginManager("restorebench")
        self._manager.add_hookspecs(hookspecs)
        for provider, name, load in (*_builtin(), *(discover() if plugins is None else plugins)):
            self.reports.append(self._admit(provider, name, load))
        for registry in self.registries.values():
            registry.freeze()

    @property
    def registries(self) -> dict[str, Registry[Any]]:
        """The registries by the name of the hook that fills them (without its prefix)."""
        return {n: v for n, v in vars(self).items() if isinstance(v, Registry)}

    @property
    def failures(self) -> tuple[PluginReport, ...]:
        """The plugins that were left out, with their tracebacks."""
        return tuple(report for report in self.reports if report.error)

    def scored(self, record: Record) -> None:
        """Tell every plugin that `record` has been stored."""
        self._manager.hook.restorebench_scored(record=record)

    def _admit(self, provider: Provider, name: str, load: Callable[[], object]) -> PluginReport:
        """Load one plugin and take in all that it offers, or nothing of it."""
        module: object | None = None
        try:
            module = load()
            self._manager.register(module, name=name)
            self._take_in(module, provider)
        except (Exception, SystemExit) as error:
            if module is not None and self._manager.is_registered(module):
                self._manager.unregister(module)
            reason = f"{type(error).__name__}: {error}"
            return PluginReport(name, provider, (), reason, traceback.format_exc())
        hooks = tuple(sorted(h.name for h in self._manager.get_hookcallers(module) or ()))
        return PluginReport(name, provider, hooks)

    def _take_in(self, module: object, provider: Provider) -> None:
        offers: list[tuple[Registry[Any], Any]] = []
        for kind, registry in self.registries.items():
            for spec in _call(module, f"restorebench_{kind}"):
                registry.check(spec, provider)
                offers.append((registry, spec))
        _refuse_repeats(offers, provider)
        for registry, spec in offers:
            registry.add(spec, provider)


def _call(module: object, hook: str) -> Iterable[Any]:
    function = getattr(module, hook, None)
    if function is None:
        return ()
    specs = function()
    if not isinstance(specs, Iterable):
        msg = f"{hook}() returned {specs!r}; expected an iterable of specs"
        raise PluginError(msg)
    return tuple(specs)


def _refuse_repeats(offers: list[tuple[Registry[Any], Any]], provider: Provider) -> None:
    names = [(registry.kind, spec.name) for registry, spec in offers]
    for kind, name in names:
        if names.count((kind, name)) > 1:
            msg = f"{provider} offers the {kind} {name!r} twice"
            raise PluginError(msg)


def _builtin() -> Iterable[tuple[Provider, str, Callable[[], object]]]:
    def load() -> ModuleType:
        from restorebench import builtin

        return builtin

    from restorebench import __version__

    yield Provider("restorebench", __version__, "restorebench.builtin"), "restorebench", load


def discover() -> list[tuple[Provider, str, Callable[[], object]]]:
    """The plugins that are installed, sorted by entry-point name, less the disabled ones."""
    disabled = {n.strip() for n in os.environ.get(DISABLE_VARIABLE, "").split(",")}
    points = sorted(entry_points(group=GROUP), key=lambda point: (point.name, point.value))
    return [(_provider(p), p.name, p.load) for p in points if p.name not in disabled]


def _provider(point: EntryPoint) -> Provider:
    if point.dist is None:
        return Provider("unknown", "0", point.value)
    return Provider(point.dist.name, point.dist.version, point.value)


@cache
def suite() -> Suite:
    """The suite of what is installed, loaded once in a process."""
    return Suite()
