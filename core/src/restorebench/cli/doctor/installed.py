"""Installed distributions and their requirements, each read once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from typing import NamedTuple

from packaging.requirements import InvalidRequirement, Requirement


class Installed(NamedTuple):
    """A distribution with what its metadata says; `requires` as they are written."""

    distribution: Distribution
    version: str
    requires: tuple[str, ...]
    extras: tuple[str, ...]


class Need(NamedTuple):
    """That the distribution `by` needs another."""

    by: str
    requirement: Requirement

    @property
    def name(self) -> str:
        """The other one, as it is written."""
        return self.requirement.name


@cache
def find(name: str) -> Installed | None:
    """An installed distribution, or None."""
    try:
        found = distribution(name)
    except (PackageNotFoundError, ValueError):
        return None
    read = found.metadata
    requires, extras = read.get_all("Requires-Dist") or (), read.get_all("Provides-Extra") or ()
    return Installed(found, read["Version"] or "0", tuple(requires), tuple(extras))


def canonical(name: str) -> str:
    """A distribution's name as the package index compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def needs(name: str, extra: str = "") -> Iterator[Need]:
    """The requirements of a distribution that hold here, without extras or those of one."""
    found = find(name)
    for line in found.requires if found else ():
        if bool(extra) != ("extra ==" in line):
            continue
        try:
            requirement = Requirement(line)
        except InvalidRequirement:  # of an old package; pip has passed over it, too
            continue
        if requirement.marker is None or requirement.marker.evaluate({"extra": extra}):
            yield Need(name, requirement)


def conflict(need: Need) -> str:
    """Why the version that is installed does not do, or ``""``; an absent one does not, either."""
    asked, found = need.requirement.specifier, find(need.name)
    remedy = f"pip install '{need.name}{asked}'"
    if found is None:
        return f"not installed; {need.by} needs it: {remedy}"
    if not asked.contains(found.version, prereleases=True):
        return f"{found.version}, but {need.by} needs {asked}: {remedy}"
    return ""
