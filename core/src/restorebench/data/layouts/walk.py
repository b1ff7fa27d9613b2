"""Folders walked along the parts of a pattern; no file is looked at one by one."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from restorebench.data.layouts.files import DEPTH, MASKS
from restorebench.data.layouts.names import natural, normal
from restorebench.data.layouts.path_regex import plain_regex, split_suffix

_SHOWN = 5
_DEEPEST = 8
"""Folders that ``**`` goes down; a link that leads back up ends there."""


def walk(folder: str, pattern: str) -> Iterator[tuple[str, str]]:
    """The files below `folder` that may fit a pattern: relative path as NFC, and path.

    Hidden files and folders are skipped; ``**`` does not stand for ``masks`` and ``depth``, which
    hold no scenes.
    """
    return _below(folder, pattern.split("/"), "", 0)


def _below(folder: str, parts: Sequence[str], above: str, depth: int) -> Iterator[tuple[str, str]]:
    part, rest = parts[0], parts[1:]
    if part == "**":
        yield from _below(folder, rest, above, depth)
        deeper = _folders(folder) if depth < _DEEPEST else []
        for name, path in (f for f in deeper if f[0] not in {MASKS, DEPTH}):
            yield from _below(path, parts, f"{above}{name}/", depth + 1)
    elif rest:
        for name, path in _fitting(folder, part):
            yield from _below(path, rest, f"{above}{name}/", depth)
    else:
        fits = plain_regex(*split_suffix(part)).fullmatch
        yield from ((above + name, path) for name, path in _files(folder) if fits(name))


def _fitting(folder: str, part: str) -> Iterator[tuple[str, str]]:
    """The folders that a part stands for; one without fields is not searched for."""
    if "{" not in part and "*" not in part and os.path.isdir(path := os.path.join(folder, part)):
        yield normal(part), path
        return
    fits = plain_regex(normal(part)).fullmatch
    yield from ((name, path) for name, path in _folders(folder) if fits(name))


def _folders(folder: str) -> list[tuple[str, str]]:
    return [(normal(e.name), e.path) for e in _entries(folder) if e.is_dir()]


def _files(folder: str) -> list[tuple[str, str]]:
    return [(normal(e.name), e.path) for e in _entries(folder) if e.is_file()]


def _entries(folder: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return [entry for entry in entries if not entry.name.startswith(".")]
    except (FileNotFoundError, NotADirectoryError):
        return []


def what_is_there(folder: Path, pattern: str) -> str:
    """In words, what the folder holds into which a pattern without files leads."""
    place, parts = folder, pattern.split("/")[:-1]
    for part in parts:
        if not (place / part).is_dir():
            break
        place /= part
    names = sorted((normal(e.name) + "/" * e.is_dir() for e in _entries(str(place))), key=natural)
    inside = "it" if place == folder else f"{place.relative_to(folder)}/"
    more = ", …" if len(names) > _SHOWN else ""
    return f"{inside} holds {', '.join(names[:_SHOWN]) or 'nothing'}{more}"
