"""Patterns by which two lists of names would pair up, for messages that ask to state them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from itertools import takewhile

_SEPARATORS = "_-. x"


def suggested(degraded: Collection[str], targets: Collection[str]) -> tuple[str, str] | None:
    """Patterns by which each of the names `degraded`, without suffix, has one of `targets`.

    Tried are the same names, constant ends (``01_hazy`` ``01_GT``, ``0801x2`` ``0801``), and
    several degraded images of a target (``1400_9`` ``1400``). None if nothing fits.
    """
    if not degraded or not targets:
        return None
    ours, theirs = _closest(degraded, targets)
    ends = list(_ends(targets, theirs))
    for a in _ends(degraded, ours):
        for b in ends:
            ids = _ids(degraded, a)
            if "" not in ids and ids <= _ids(targets, b):
                return "{id}".join(a), "{id}".join(b)
    for b in ends:
        for separator in _SEPARATORS:
            if _all_start(degraded, _ids(targets, b), separator):
                return f"{{id}}{separator}*", "{id}".join(b)
    return None


def _closest(degraded: Collection[str], targets: Collection[str]) -> tuple[str, str]:
    """What follows the common part of one degraded name and the target that is most like it."""
    one = next(iter(degraded))
    other = max(targets, key=lambda name: len(_start([one, name])))
    stem = _start([one, other]).rstrip("_-. ")
    return one[len(stem) :], other[len(stem) :]


def _ends(names: Collection[str], end: str) -> Iterator[tuple[str, str]]:
    """What may stand before and after the identifier in all names, the shortest first."""
    yield "", ""
    if all(name.endswith(end) for name in names):
        yield "", end
    if len(names) > 1:
        before = re.sub(r"\d+$", "", _start(names))
        after = _start([name[::-1] for name in names])[::-1]
        after = re.sub(r"^\d+", "", after)
        yield from ((before, ""), ("", after), (before, after))


def _ids(names: Collection[str], ends: tuple[str, str]) -> set[str]:
    before, after = ends
    return {name[len(before) : len(name) - len(after)] for name in names}


def _all_start(names: Collection[str], ids: Collection[str], separator: str) -> bool:
    """Whether each name is an identifier, the separator, and something more."""
    return all(
        any(name[: found.start()] in ids for found in re.finditer(re.escape(separator), name))
        for name in names
    )


def _start(names: Collection[str]) -> str:
    """What all names start with."""
    first, last = min(names), max(names)
    same = takewhile(lambda pair: pair[0] == pair[1], zip(first, last, strict=False))
    return "".join(letter for letter, _ in same)
