"""The regular expressions of a pattern: of the whole path, and of what stands around ``{id}``."""

from __future__ import annotations

import re

from restorebench.data.images import SUFFIXES

STATED = (*SUFFIXES, ".npy", ".npz", ".pfm", ".pgm", ".pbm", ".pnm")
"""Suffixes that a pattern may state; any other end belongs to the name."""

_TOKEN = re.compile(r"(\*\*/|\*|\{id\}|\{view\})")
_PLAIN = {
    "*": "[^/]*",
    "{id}": "[^/]+?",
    "{view}": "left|right|Left|Right|L|R|l|r|[0-3]",
    "**/": "(?:[^/]+/)*",
}


def split_suffix(text: str) -> tuple[str, tuple[str, ...]]:
    """A pattern without its suffix, and the suffixes that fit (every image's without one)."""
    if text.endswith(".*"):
        return text[:-2], SUFFIXES
    stated = next((s for s in STATED if text.lower().endswith(s)), None)
    return (text, SUFFIXES) if stated is None else (text[: -len(stated)], (stated,))


def path_regex(text: str) -> re.Pattern[str]:
    """What a whole path matches: groups ``id``, ``view``, ``suffix``, and ``above0``, ``above1``…

    A field that comes again must have the same value.
    """
    stem, suffixes = split_suffix(text)
    groups: dict[str, int] = {}
    tokens = (_group(token, groups) for token in _TOKEN.split(stem))
    return re.compile("".join(tokens) + f"(?P<suffix>{_any_case(suffixes)})")


def plain_regex(text: str, suffixes: tuple[str, ...] = ()) -> re.Pattern[str]:
    """What a part of a path matches, without groups."""
    tokens = (f"(?:{_PLAIN[t]})" if t in _PLAIN else re.escape(t) for t in _TOKEN.split(text))
    return re.compile("".join(tokens) + (_any_case(suffixes) if suffixes else ""))


def _group(token: str, groups: dict[str, int]) -> str:
    if token not in _PLAIN:
        return re.escape(token)
    if token == "*":
        return _PLAIN[token]
    name = token.strip("{}") if token != "**/" else f"above{len(groups)}"
    if name in groups:
        return f"(?P={name})"
    groups[name] = len(groups)
    return f"(?P<{name}>{_PLAIN[token]})"


def _any_case(suffixes: tuple[str, ...]) -> str:
    return f"(?i:{'|'.join(map(re.escape, suffixes))})"
