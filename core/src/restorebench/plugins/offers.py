"""What one plugin offers: the specs that its hooks return, checked before any is registered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

from pluggy import HookImpl

from restorebench import hookspecs
from restorebench.errors import PluginError
from restorebench.layout_specs import layout_specs
from restorebench.registry import Provider, Registry, nearest

HOOKS = tuple(sorted(name for name in vars(hookspecs) if name.startswith("restorebench_")))
LAYOUTS = "restorebench_layouts"

Impls: TypeAlias = Sequence[tuple[str, HookImpl]]
"""Hooks by name, as one plugin implements them."""


class Offer(NamedTuple):
    """A spec, and the registry that it is for."""

    registry: Registry[Any]
    spec: Any


def check_hooks(plugin: object, impls: Impls) -> None:
    """Raise `PluginError` for a hook that is unknown, wraps others, or lacks its marker."""
    for hook, impl in impls:
        if hook not in HOOKS and not impl.optionalhook:
            msg = f"there is no hook {hook!r}; {nearest(hook, HOOKS)}"
            raise PluginError(msg)
        if impl.hookwrapper or impl.wrapper:
            msg = f"{hook}() is a wrapper; plugins cannot wrap what others provide"
            raise PluginError(msg)
    marked = {hook for hook, _ in impls}
    for name in HOOKS:
        if name not in marked and callable(getattr(plugin, name, None)):
            msg = f"{name}() is not marked; put @restorebench.hookimpl above it"
            raise PluginError(msg)


def offers_of(
    impls: Impls, registries: Mapping[str, Registry[Any]], provider: Provider
) -> list[Offer]:
    """All specs that hooks return, each of which could be registered.

    Raises `PluginError` and the errors of `Registry.check`.
    """
    kinds = {f"restorebench_{kind}": registry for kind, registry in registries.items()}
    offers = [
        Offer(kinds[hook], spec)
        for hook, impl in impls
        if hook in kinds
        for spec in _call(hook, impl.function)
    ]
    places = (_call(hook, impl.function) for hook, impl in impls if hook == LAYOUTS)
    datasets = registries["datasets"]
    offers += [Offer(datasets, spec) for some in places for spec in layout_specs(some)]
    for registry, spec in offers:
        registry.check(spec, provider)
    _refuse_repeats(offers, provider)
    return offers


def _call(hook: str, function: Callable[..., Any]) -> tuple[Any, ...]:
    specs = function()
    if not isinstance(specs, Iterable):
        msg = f"{hook}() returned {specs!r}; expected an iterable of specs"
        raise PluginError(msg)
    return tuple(specs)


def _refuse_repeats(offers: Sequence[Offer], provider: Provider) -> None:
    counts = Counter((registry.kind, spec.name) for registry, spec in offers)
    for (kind, name), count in counts.items():
        if count > 1:
            msg = f"{provider} offers the {kind} {name!r} twice"
            raise PluginError(msg)
