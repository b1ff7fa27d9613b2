"""Whether the files of a split are there at all, and as many as there should be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from restorebench.data.check.finding import Finding
from restorebench.data.check.labels import LABELS
from restorebench.data.check.near_names import nearest_name
from restorebench.data.check.split_names import SplitNames
from restorebench.data.check.strays import every_pattern
from restorebench.data.layouts.layout import IMAGES
from restorebench.data.layouts.pattern import FoundFile
from restorebench.data.layouts.walk import what_is_there

_LONGER = 0.3
"""The share by which the name of a folder may be longer or shorter than the expected one."""


def absent_fields(names: SplitNames, needed: bool) -> Iterator[Finding]:
    """Images of which no file is there: a folder spelt differently, or nothing at all.

    Where a whole split is absent that is a note unless it is `needed`: people often have one alone.
    """
    fields = [field for field in IMAGES if field in names.fields]
    absent = [field for field in fields if not names.fields[field].files]
    folders = {field: _near_folder(names, field) for field in absent}
    yield from (found for found in folders.values() if found is not None)
    whole = absent == fields and not any(folders.values()) and not (names.strays or needed)
    for field in absent if not whole else absent[:1]:
        if folders[field] is None:
            yield _nothing(names, field, whole)


def _nothing(names: SplitNames, field: str, whole: bool) -> Finding:
    text = names.pattern(field).text
    what = f"no {LABELS[field]} is there: no file fits {text}; {what_is_there(names.folder, text)}"
    if whole:
        return Finding("absent", "", f"the split is not there: no file fits {text}", note=True)
    return Finding("missing", "", what, "get them, or rename their folder")


def _near_folder(names: SplitNames, field: str) -> Finding | None:
    """A folder whose name is nearly that in which a field's files should lie."""
    for pattern in names.split.patterns(field):
        place = names.folder
        for part in pattern.text.split("/")[:-1]:
            if {"{", "*"} & set(part):
                break
            if not (place / part).is_dir():
                if found := _renamed(names, place, part, LABELS[field]):
                    return found
                break
            place /= part
    return None


def _renamed(names: SplitNames, place: Path, part: str, label: str) -> Finding | None:
    """A folder in `place` that is not one of the data set's own, in the stead of `part`."""
    own = {p for pattern in every_pattern(names.layout) for p in pattern.text.split("/")[:-1]}
    there = (path.name for path in place.iterdir() if path.is_dir())
    near, words = nearest_name(part, (name for name in there if name not in own))
    if not near or abs(len(near) - len(part)) > _LONGER * len(part):
        return None
    what = f"seems to be the folder of the {label}s, but its name {words}"
    expected = names.relative(place / part)
    return Finding("folder", names.relative(place / near), what, f"rename it to {expected}")


def counts(names: SplitNames) -> Iterator[Finding]:
    """Fewer samples than the whole split has is a note; more of them is a problem."""
    count, there = names.split.count, len(names.scenes)
    if there and count and there < count:
        what = f"{there} of {count} samples are there"
        yield Finding("part", "", what, "a part can be used; boards say that it is one", note=True)
    if count and there > count:
        what = f"{there} samples are there where {names.layout.name} has {count}"
        yield Finding("count", "", what, "take away what does not belong to it")


def has_files(names: SplitNames) -> bool:
    """Whether a file of any field is there."""
    return any(field.files for field in names.fields.values())


def nothing_fits(names: SplitNames) -> Finding:
    """That no file fits any split, although the folder is there."""
    there = what_is_there(names.folder, names.pattern("degraded").text)
    what = f"no file fits a pattern of {names.layout.name}; {there}"
    remedy = f"arrange the files as 'restorebench datasets show {names.layout.name}' says"
    return Finding("missing", "", what, remedy)


def outside(checks: Sequence[SplitNames]) -> Iterator[Finding]:
    """Files that fit the patterns of a data set, but whose numbers belong to none of its splits."""
    belong = {f.path for names in checks for f in _image_files(names) if names.includes(f)}
    for names in checks:
        for file in _image_files(names):
            if file.path not in belong:
                belong.add(file.path)
                what = f"belongs to no split of {names.layout.name} by its number"
                remedy = "take it away, or correct its name"
                yield Finding("count", names.relative(file.path), what, remedy)


def _image_files(names: SplitNames) -> Iterator[FoundFile]:
    for field in IMAGES:
        if field in names.fields:
            yield from names.fields[field].files
