"""The image files of a folder by name: NFC, without suffix, in natural order."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeAlias

from restorebench.data.images import SUFFIXES
from restorebench.data.layouts.names import natural, normal

MASKS, DEPTH = "masks", "depth"
"""Folders beside images, which hold no scenes."""

Suffixes: TypeAlias = tuple[str, ...]
"""How names end, in small letters."""

_DEEPEST = 4


OTHER_IMAGES = (
    *(".heic", ".heif", ".avif", ".gif", ".jp2", ".jxl", ".exr", ".hdr", ".psd", ".mpo"),
    *(".pgm", ".pbm", ".pnm", ".pfm", ".pam", ".tga", ".pcx"),
    *(".dng", ".cr2", ".cr3", ".nef", ".arw"),  # raw files of cameras
)
"""How names of images end that folders are not searched for."""


def other_images(folder: Path, suffixes: Suffixes = SUFFIXES) -> list[str]:
    """The names of images directly in a folder that have none of these suffixes."""
    others = tuple(suffix for suffix in OTHER_IMAGES if suffix not in suffixes)
    return [path.name for _, path in _direct(folder, others)]


def dangling_links(folder: Path, suffixes: Suffixes = SUFFIXES) -> list[str]:
    """The names of links directly in a folder that are called like images and lead nowhere."""
    links = (path for path in folder.iterdir() if path.is_symlink() and not path.exists())
    return sorted(path.name for path in links if path.suffix.lower() in suffixes)


def passed_over(folder: Path, suffixes: Suffixes = SUFFIXES) -> Iterator[str]:
    """In words, what in a folder of images is not among its images, and what to do."""
    if names := other_images(folder, suffixes):
        yield f"{_first_of(folder, names)} passed over; save them as PNG"
    if names := dangling_links(folder, suffixes):
        yield f"{_first_of(folder, names)} passed over: links to files that are not there"
    if files_in(folder, suffixes) and (deeper := next(_nested(folder, suffixes), None)):
        yield (
            f"{deeper[1]} and what else is in folders of {folder} are passed over, as images lie "
            "beside these folders; name one of them instead, or move the images into one"
        )


def _first_of(folder: Path, names: list[str]) -> str:
    more = f" and {len(names) - 1} more are" if len(names) > 1 else " is"
    return f"{folder / names[0]}{more}"


def files_in(folder: Path, suffixes: Suffixes = SUFFIXES) -> dict[str, tuple[Path, ...]]:
    """The images directly in a folder; several of one name where only suffixes differ."""
    return _by_name(_direct(folder, suffixes))


def files_below(folder: Path, suffixes: Suffixes = SUFFIXES) -> dict[str, tuple[Path, ...]]:
    """The images in the folders of a folder, as ``folder/name``; masks and depth are skipped."""
    return _by_name(_nested(folder, suffixes))


def _by_name(files: Iterable[tuple[str, Path]]) -> dict[str, tuple[Path, ...]]:
    found: dict[str, tuple[Path, ...]] = {}
    for name, path in files:
        found[name] = (*found.get(name, ()), path)
    return dict(sorted(found.items(), key=lambda item: natural(item[0])))


def _direct(folder: Path, suffixes: Suffixes) -> list[tuple[str, Path]]:
    with os.scandir(folder) as entries:
        paths = sorted(Path(entry.path) for entry in entries if _is_one(entry, suffixes))
    return [(normal(path.stem), path) for path in paths]


def _is_one(entry: os.DirEntry[str], suffixes: Suffixes) -> bool:
    name = entry.name
    return not name.startswith(".") and name.lower().endswith(suffixes) and entry.is_file()


def _nested(folder: Path, suffixes: Suffixes, depth: int = 1) -> Iterator[tuple[str, Path]]:
    for sub in sorted(folder.iterdir()):
        if sub.is_dir() and sub.name[0] != "." and sub.name not in {MASKS, DEPTH}:
            inside = _direct(sub, suffixes)
            inside += _nested(sub, suffixes, depth + 1) if depth < _DEEPEST else ()
            yield from ((f"{normal(sub.name)}/{name}", path) for name, path in inside)
