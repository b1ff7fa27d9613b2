"""Names that are nearly the expected ones, and in what they differ."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from difflib import SequenceMatcher
from pathlib import PurePosixPath

_LIKE = 0.75
"""Likeness from which names with the same numbers are taken for one name with a typing error."""


def difference(there: str, expected: str) -> str:
    """How the name of a file differs from the expected one, in words; ``""`` if it is another name.

    Names with other numbers are never alike: ``0002.png`` is not a slip for ``0001.png``.
    """
    a, b = _stem(there), _stem(expected)
    for same, words in _SLIPS:
        if same(a) == same(b):
            return words
    return _longer(a, b, "has {} more than") or _longer(b, a, "lacks {} of") or _alike(a, b)


def nearest_name(expected: str, there: Iterable[str]) -> tuple[str, str]:
    """Of the names that are there the nearest, and in what it differs; empty if none is near."""
    found = ((name, difference(name, expected)) for name in there)
    near = [(name, words) for name, words in found if words]
    return min(near, key=lambda one: _rank(one[1]), default=("", ""))


def _stem(name: str) -> str:
    path = PurePosixPath(name)
    return path.name[: -len(path.suffix)] if re.fullmatch(r"\.[A-Za-z]\w*", path.suffix) else name


def _unpadded(name: str) -> str:
    return re.sub(r"0*(\d+)", r"\1", name.casefold())


def _joined(name: str) -> str:
    return re.sub(r"[-_ .]+", "", _unpadded(name))


def _uncopied(name: str) -> str:
    return _joined(
        re.sub(r"( ?\(\d+\)| - copy.*| copy( \d+)?|~\d*)$", "", name, flags=re.IGNORECASE)
    )


_SLIPS: tuple[tuple[Callable[[str], str], str], ...] = (
    (str, "differs only in its suffix"),
    (str.casefold, "differs only in upper and lower case"),
    (_unpadded, "differs only in leading zeros"),
    (_joined, "differs only in dashes, dots, underscores or spaces"),
    (_uncopied, "differs only in a mark that copying leaves"),
)


def _rank(words: str) -> int:
    """The surest slips come first."""
    return next((i for i, (_, slip) in enumerate(_SLIPS) if slip == words), len(_SLIPS))


def _longer(a: str, b: str, words: str) -> str:
    """Where one name is the beginning of the other; ``14`` is that of ``140`` by chance."""
    more = a[len(b) :]
    begins = bool(b and more) and a.casefold().startswith(b.casefold())
    by_chance = more[:1].isdigit() and b[-1:].isdigit() and not b.startswith("0")
    return f"{words.format(repr(more))} the expected name" if begins and not by_chance else ""


def _alike(a: str, b: str) -> str:
    numbers = [[int(n) for n in re.findall(r"\d+", name)] for name in (a, b)]
    likeness = SequenceMatcher(None, a.casefold(), b.casefold(), autojunk=False).ratio()
    same = bool(numbers[0]) and numbers[0] == numbers[1] and likeness >= _LIKE
    return "is spelt differently" if same else ""
