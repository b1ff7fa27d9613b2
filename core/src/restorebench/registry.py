"""One generic registry: names to specs, with provenance, suggestions and lazy targets."""

from __future__ import annotations

import importlib
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass
from difflib import get_close_matches
from fnmatch import fnmatchcase
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from restorebench.errors import DuplicateNameError, PluginError, RegistryNameError, UnknownNameError
from restorebench.specs import Spec

S = TypeVar("S", bound=Spec)

_KEBAB = re.compile(r"[a-z0-9]+(?:[-.][a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Provider:
    """The installed distribution that brought an entry."""

    distribution: str
    version: str
    module: str

    def __str__(self) -> str:
        return f"{self.distribution} {self.version}"


@dataclass(frozen=True, slots=True)
class Entry(Generic[S]):
    """A spec and who provided it."""

    spec: S
    provider: Provider


class Registry(Generic[S]):
    """Names to specs of one kind (``"task"``, ``"restorer"``, …).

    Filled while plugins load, then frozen. A name is kebab-case; a duplicate is an error that
    names both distributions; an unknown name is an error that offers the nearest ones.
    """

    def __init__(self, kind: str, spec_type: type[S]) -> None:
        self.kind = kind
        self._spec_type = spec_type
        self._entries: dict[str, Entry[S]] = {}
        self._frozen = False

    def check(self, spec: S, provider: Provider) -> None:
        """Raise what `add` would raise for `spec`, unless the registry is frozen."""
        if not isinstance(spec, self._spec_type):
            msg = (
                f"{provider} offers {spec!r} as a {self.kind}; "
                f"expected a {self._spec_type.__name__}"
            )
            raise PluginError(msg)
        if not _KEBAB.fullmatch(spec.name):
            msg = (
                f"{provider} names a {self.kind} {spec.name!r}; "
                "names are kebab-case, such as 'dark-channel'"
            )
            raise RegistryNameError(msg)
        if (known := self._entries.get(spec.name)) is not None:
            msg = (
                f"the {self.kind} {spec.name!r} is provided twice, by {known.provider} "
                f"({known.provider.module}) and by {provider} ({provider.module}); "
                "uninstall or rename one of them"
            )
            raise DuplicateNameError(msg)

    def add(self, spec: S, provider: Provider) -> None:
        """Register `spec`; raises `DuplicateNameError`, `RegistryNameError` or `PluginError`."""
        if self._frozen:
            msg = f"the {self.kind} registry is frozen; provide {spec.name!r} through a plugin hook"
            raise PluginError(msg)
        self.check(spec, provider)
        self._entries[spec.name] = Entry(spec, provider)

    def withdraw(self, name: str) -> None:
        """Take `name` out again; `PluginError` once the registry is frozen."""
        if self._frozen:
            msg = f"the {self.kind} registry is frozen; {name!r} cannot be withdrawn"
            raise PluginError(msg)
        self._entry(name)
        del self._entries[name]

    def freeze(self) -> None:
        """Refuse additions from now on."""
        self._frozen = True

    def extended(self, specs: Iterable[S], provider: Provider) -> Registry[S]:
        """A frozen registry with these too, each in place of one of its name.

        An entry keeps its provider where it is replaced.
        """
        wider = copy(self)
        wider._entries = dict(self._entries)
        wider._frozen = False
        for spec in specs:
            known = wider._entries.pop(spec.name, None)
            wider.add(spec, known.provider if known else provider)
        wider.freeze()
        return wider

    @property
    def entries(self) -> Mapping[str, Entry[S]]:
        """A read-only view, in alphabetical order."""
        return MappingProxyType(dict(sorted(self._entries.items())))

    def __getitem__(self, name: str) -> S:
        return self._entry(name).spec

    def __contains__(self, name: object) -> bool:
        return name in self._entries

    def __iter__(self) -> Iterator[S]:
        return (entry.spec for entry in self.entries.values())

    def __len__(self) -> int:
        return len(self._entries)

    def names(self, *patterns: str) -> tuple[str, ...]:
        """The names that match any of the shell `patterns` (all names without one)."""
        expected = patterns or ("*",)
        return tuple(n for n in self.entries if any(fnmatchcase(n, p) for p in expected))

    def matching(self, *patterns: str) -> tuple[str, ...]:
        """As `names`, but a pattern that matches nothing is an `UnknownNameError`."""
        for pattern in patterns:
            if self.names(pattern):
                continue
            if not set(pattern) & set("*?["):
                self._entry(pattern)  # raises with the nearest names
            msg = f"no {self.kind} matches {pattern!r}; {nearest('', self.entries)}"
            raise UnknownNameError(msg)
        return self.names(*patterns)

    def provider(self, name: str) -> Provider:
        """Who provided `name`."""
        return self._entry(name).provider

    def load(self, name: str) -> Any:
        """Import and return the target of `name`; `PluginError` if that fails."""
        entry = self._entry(name)
        where = f"the {self.kind} {name!r} of {entry.provider}"
        target = getattr(entry.spec, "target", None)
        if not target:
            msg = f"{where} has no target to load"
            raise PluginError(msg)
        return resolve(target, where)

    def _entry(self, name: str) -> Entry[S]:
        try:
            return self._entries[name]
        except KeyError:
            hint = nearest(name, self.entries)
            raise UnknownNameError(f"unknown {self.kind} {name!r}; {hint}") from None


def nearest(name: str, known: Collection[str]) -> str:
    """What an error says after an unknown `name`: up to three that resemble it, else all.

    Those that differ by a slip of the keyboard or in case, else those that begin with it.
    """
    folded = {other.casefold(): other for other in map(str, known)}
    typed = name.casefold()
    cutoff = 0.7 if len(typed) > 3 else 0.66
    near = get_close_matches(typed, folded, n=3, cutoff=cutoff)
    near = near or [other for other in folded if typed and other.startswith(typed)][:3]
    if near:
        return f"did you mean {' or '.join(repr(folded[other]) for other in near)}?"
    return f"there are {', '.join(known)}" if known else "none is installed"


def resolve(target: str, where: str) -> Any:
    """Import ``"module:object"``; any failure becomes a `PluginError` that starts with `where`."""
    module_name, _, attribute = target.partition(":")
    try:
        value: Any = importlib.import_module(module_name)
        for part in attribute.split("."):
            value = getattr(value, part)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # SystemExit too: no plugin may end the program
        msg = f"{where} cannot be loaded from {target!r}: {type(error).__name__}: {error}"
        raise PluginError(msg) from error
    return value
