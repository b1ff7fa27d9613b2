"""A suite: what plugins provide, in registries; broken plugins are left out and reported."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from functools import cache
from typing import Any

import pluggy

from restorebench import hookspecs, specs
from restorebench.errors import PluginError, UnknownNameError
from restorebench.plugins.offers import check_hooks, offers_of
from restorebench.plugins.report import PluginReport
from restorebench.plugins.source import Source, builtin, discover
from restorebench.registry import Provider, Registry
from restorebench.types import Record

REFERENCES = (
    ("tasks", "protocol", "protocols"),
    ("tasks", "reference", "restorers"),
    ("datasets", "task", "tasks"),
)
"""(registry, field, the registry that must know the field's value), in order of dependence."""
OWN = "your data"
"""The distribution of the data sets that `Suite.with_datasets` adds."""

_log = logging.getLogger(__name__)


class Suite:
    """Everything that is installed: one plugin manager, one registry per kind of thing.

    `plugins` are the `Source`s to load beside core's own; by default those that `discover` finds,
    less what ``RESTOREBENCH_DISABLED_PLUGINS`` (comma-separated entry-point names) leaves out.
    """

    def __init__(
        self, plugins: Iterable[tuple[Provider, str, Callable[[], object]]] | None = None
    ) -> None:
        self.tasks = Registry("task", specs.TaskSpec)
        self.datasets = Registry("data set", specs.DatasetSpec)
        self.restorers = Registry("restorer", specs.RestorerSpec)
        self.metrics = Registry("metric", specs.MetricSpec)
        self.protocols = Registry("protocol", specs.ProtocolSpec)
        self.sdes = Registry("SDE", specs.LazySpec)
        self.solvers = Registry("solver", specs.LazySpec)
        self.backbones = Registry("backbone", specs.LazySpec)
        self.compressors = Registry("compressor", specs.LazySpec)
        self.guides = Registry("guide", specs.GuideSpec)
        self.renderers = Registry("renderer", specs.LazySpec)
        self.objects: Mapping[str, object] = {}
        self.reports: list[PluginReport] = []
        self._loaded: dict[str, Provider] = {}
        self._manager = pluggy.PluginManager("restorebench")
        self._manager.add_hookspecs(hookspecs)
        for source in (builtin(), *(discover() if plugins is None else plugins)):
            self.reports.append(self._admit(Source(*source)))
        self._withdraw_dangling()
        for registry in self.registries.values():
            registry.freeze()

    @property
    def registries(self) -> dict[str, Registry[Any]]:
        """The registries by the name of the hook that fills them (without its prefix)."""
        return {n: v for n, v in vars(self).items() if isinstance(v, Registry)}

    @property
    def failures(self) -> tuple[PluginReport, ...]:
        """The plugins that are left out, in whole or in part, or that failed later."""
        return tuple(report for report in self.reports if report.error)

    @property
    def own_datasets(self) -> tuple[specs.DatasetSpec, ...]:
        """The data sets that `with_datasets` has added, which no plugin provides."""
        provider = self.datasets.provider
        return tuple(d for d in self.datasets if provider(d.name).distribution == OWN)

    def with_datasets(self, found: Iterable[specs.DatasetSpec], where: str = "") -> Suite:
        """The same suite with more data sets, in place of those of the same names.

        `where` says where they come from, such as an option. Raises `UnknownNameError` for a task
        that is not installed.
        """
        chosen = tuple(found)
        for spec in chosen:
            self.tasks[spec.task]
        view = copy(self)
        view.datasets = self.datasets.extended(chosen, Provider(OWN, "", where))
        return view

    def with_restorers(self, made: Iterable[tuple[specs.RestorerSpec, object]]) -> Suite:
        """The same suite with restorers that exist already, as objects."""
        view = copy(self)
        chosen = dict(made)
        view.restorers = self.restorers.extended(chosen, Provider("your program", "", ""))
        view.objects = {**self.objects, **{spec.name: made for spec, made in chosen.items()}}
        return view

    def scored(self, record: Record) -> None:
        """Tell every plugin that `record` has been stored.

        One that raises does not stop the others; its first exception is logged and reported.
        """
        for impl in self._manager.hook.restorebench_scored.get_hookimpls():
            try:
                impl.function(*(record for _ in impl.argnames))
            except Exception as error:
                reason = f"restorebench_scored: {_reason(error)}"
                if self._report_failure(
                    self._loaded[impl.plugin_name], reason, traceback.format_exc()
                ):
                    _log.warning("plugin %r: %s", impl.plugin_name, reason)

    def _admit(self, source: Source) -> PluginReport:
        """Load one plugin and register all that it offers, or nothing of it."""
        try:
            self._refuse_same_name(source)
            plugin = source.load()
            with self._registered(plugin, source.name):
                hooks = self._register_specs(plugin, source.provider)
                self._loaded[source.name] = source.provider
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # SystemExit and pytest.skip() too
            trace = traceback.format_exc()
            return PluginReport(source.name, source.provider, (), _reason(error), trace)
        return PluginReport(source.name, source.provider, hooks)

    def _refuse_same_name(self, source: Source) -> None:
        if (known := self._loaded.get(source.name)) is not None:
            msg = (
                f"two plugins are called {source.name!r}, of {known} ({known.module}) and of "
                f"{source.provider} ({source.provider.module}); uninstall or rename one of them"
            )
            raise PluginError(msg)

    @contextmanager
    def _registered(self, plugin: object, name: str) -> Iterator[None]:
        """Register with pluggy; undone if the block raises."""
        if plugin is None or self._manager.is_registered(plugin):
            known = plugin and f"which is loaded already as {self._manager.get_name(plugin)!r}"
            msg = f"the plugin {name!r} leads to {plugin!r}, {known or 'which is nothing'}"
            raise PluginError(msg)
        try:
            self._manager.register(plugin, name=name)
            yield
        except BaseException:
            if self._manager.is_registered(plugin):
                self._manager.unregister(plugin)
            raise

    def _register_specs(self, plugin: object, provider: Provider) -> tuple[str, ...]:
        """Check all that a plugin offers, then add it; the names of the hooks that it fills."""
        callers = self._manager.get_hookcallers(plugin) or []
        impls = [(c.name, i) for c in callers for i in c.get_hookimpls() if i.plugin is plugin]
        check_hooks(plugin, impls)
        for registry, spec in offers_of(impls, self.registries, provider):
            registry.add(spec, provider)
        return tuple(sorted({hook for hook, _ in impls}))

    def _withdraw_dangling(self) -> None:
        """Remove tasks and data sets that name what is not provided; their plugins are reported."""
        for kind, field, other in REFERENCES:
            registry, named = self.registries[kind], self.registries[other]
            for spec in registry:
                try:
                    named[getattr(spec, field)]
                except UnknownNameError as error:
                    owner = registry.provider(spec.name)
                    registry.withdraw(spec.name)
                    label = f"the {registry.kind} {spec.name!r}"
                    self._report_failure(owner, f"{label} is left out: its {field} is an {error}")

    def _report_failure(self, provider: Provider, reason: str, trace: str | None = None) -> bool:
        """Add a reason to a loaded plugin's report (only the first exception); whether it did."""
        at = next(i for i, r in enumerate(self.reports) if r.hooks and r.provider == provider)
        report = self.reports[at]
        if trace and report.traceback:
            return False
        self.reports[at] = report.with_failure(reason, trace)
        return True


def _reason(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"


@cache
def suite() -> Suite:
    """The suite of what is installed, loaded once in a process."""
    return Suite()
