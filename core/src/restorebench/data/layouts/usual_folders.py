"""A folder whose sub-folders have usual names, such as ``hazy`` and ``gt``."""

from __future__ import annotations

import warnings
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from restorebench.data.layouts.fields.views import VIEW_PATTERNS
from restorebench.data.layouts.files import files_in, passed_over
from restorebench.data.layouts.names import natural
from restorebench.data.layouts.pattern import Pattern
from restorebench.data.layouts.suggestion import suggested
from restorebench.errors import ImageWarning, OptionError

USUAL = {
    "degraded": (
        *("degraded", "input", "inputs", "hazy", "haze", "lq", "lr", "lr_x2", "lr_x4", "shadow"),
        *("src", "source", "blur", "blurry", "noisy", "rain", "rainy", "low"),
    ),
    "target": (
        *("target", "targets", "gt", "clear", "clean", "hr", "shadow_free", "tgt", "sharp", "high"),
        *("groundtruth", "ground_truth", "reference", "norain"),
    ),
}
"""Usual names of the folders of degraded images and of targets, in any case."""


def usual_description(folder: Path, views: int = 1) -> dict[str, str]:
    """The patterns of a folder with two such folders, whose images have the same names.

    Raises `OptionError`, which lists what is there and shows the option to write, where the folders
    have other names, or their images have.
    """
    inside = sorted(p.name for p in folder.iterdir() if p.is_dir() and not p.name.startswith("."))
    places = {key: [n for n in inside if n.lower() in usual] for key, usual in USUAL.items()}
    if any(len(names) != 1 for names in places.values()):
        raise OptionError(_unknown(folder, inside))
    found = {key: folder / name for key, (name,) in places.items()}
    for line in (line for place in found.values() for line in passed_over(place)):
        warnings.warn(line, ImageWarning, stacklevel=2)
    patterns = {key: usual_pattern(place, views) for key, place in found.items()}
    keys = {key: _keys(found[key], patterns[key]) for key in found}
    if keys["degraded"] and keys["degraded"] <= keys["target"]:
        return {key: f"{place.name}/{patterns[key]}" for key, place in found.items()}
    raise OptionError(_unpaired(folder, found, keys))


def usual_pattern(place: Path, views: int) -> str:
    """The first usual way of naming the images of a folder that finds some."""
    tried = ("{id}", "**/{id}") if views == 1 else VIEW_PATTERNS
    return next((text for text in tried if _keys(place, text)), tried[0])


def _keys(place: Path, pattern: str) -> set[str]:
    return {file.keys[0] for file in Pattern(pattern).files(place)}


def _unpaired(folder: Path, found: Mapping[str, Path], keys: Mapping[str, Collection[str]]) -> str:
    names = {key: sorted(keys[key], key=natural) for key in found}
    shown = (f"{found[k].name}/ has {', '.join(names[k][:3]) or 'no images'}" for k in found)
    said = f"no pairs by name in {folder} ({'; '.join(shown)})"
    if (patterns := suggested(names["degraded"], names["target"])) is not None:
        written = option(zip(found.values(), patterns, strict=True))
        return f"{said}; say which belong together: {written}"
    alone = [name for name in names["degraded"] if name not in keys["target"]]
    more = ", …" if len(alone) > 3 else ""
    return (
        f"{said}: {len(alone)} of {len(names['degraded'])} have no target ({', '.join(alone[:3])}"
        f"{more}); names must be the same, but for suffixes"
    )


def _unknown(folder: Path, inside: Collection[str]) -> str:
    shown = [f"{name}/" for name in sorted(inside, key=natural)[:8]] + list(files_in(folder))[:3]
    return (
        f"{folder} has no folders of usual names, such as hazy/ and gt/; it holds "
        f"{', '.join(shown) or 'nothing'}. {_remedy(folder, inside)}"
    )


def _remedy(folder: Path, inside: Collection[str]) -> str:
    """What to write: a folder that has such folders, or patterns, of images that are there."""
    usual = {name for names in USUAL.values() for name in names}
    splits = [n for n in inside if usual & {p.name.lower() for p in (folder / n).iterdir()}]
    if splits:
        split = next((name for name in splits if name.lower() == "test"), splits[0])
        return f"Name the folder of one split, such as {folder / split}"
    found = (folder / "hazy", "{id}"), (folder / "gt", "{id}")
    if (ends := _paired_ends(list(files_in(folder)))) is not None:
        found = (folder, ends[0]), (folder, ends[1])
    return f"Say which images are which, such as {option(found)}"


def _paired_ends(names: Collection[str]) -> tuple[str, str] | None:
    """The patterns of a folder of images such as ``01_hazy`` and ``01_GT``, degraded first."""
    by_end: dict[str, list[str]] = {}
    for name in names:
        by_end.setdefault(name.rpartition("_")[2], []).append(name)
    places = {key: [end for end in by_end if end.lower() in usual] for key, usual in USUAL.items()}
    if any(len(ends) != 1 for ends in places.values()):
        return None
    (degraded,), (target,) = places["degraded"], places["target"]
    return suggested(by_end[degraded], by_end[target])


def option(places: Iterable[tuple[Path, str]]) -> str:
    """The option that describes pairs in two folders, of degraded images and of targets."""
    parts = (f"{key}={place / text}" for key, (place, text) in zip(USUAL, places, strict=True))
    return f"--data '{','.join(parts)}'"
