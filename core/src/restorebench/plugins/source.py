"""Where plugins come from: installed distributions, core itself, or an object at hand."""

from __future__ import annotations

import os
from collections.abc import Callable
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points, version
from typing import NamedTuple

from restorebench.registry import Provider

GROUP = "restorebench"
"""The group of entry points."""
DISABLE_VARIABLE = "RESTOREBENCH_DISABLED_PLUGINS"


class Source(NamedTuple):
    """One plugin to load: who provides it, its name, and how to get hold of it."""

    provider: Provider
    name: str
    load: Callable[[], object]


def inline(plugin: object, name: str) -> Source:
    """A plugin that is not installed, such as one under test or in a notebook."""
    return Source(Provider("inline", "0", name), name, lambda: plugin)


def builtin() -> Source:
    """What core provides."""
    module = "restorebench.builtin"
    provider = Provider("restorebench", version("restorebench"), module)
    return Source(provider, "restorebench", lambda: import_module(module))


def discover() -> list[Source]:
    """The plugins that are installed, sorted by entry-point name, less the disabled ones."""
    disabled = {n.strip() for n in os.environ.get(DISABLE_VARIABLE, "").split(",")}
    points = [point for point in entry_points(group=GROUP) if point.name not in disabled]
    sources = [Source(_provider(point), point.name, point.load) for point in points]
    return sorted(sources, key=lambda s: (s.name, s.provider.distribution, s.provider.module))


def _provider(point: EntryPoint) -> Provider:
    if point.dist is None:
        return Provider("unknown", "0", point.value)
    # a damaged dist-info folder may lack its name or version
    return Provider(point.dist.name or "unknown", point.dist.version or "0", point.value)
