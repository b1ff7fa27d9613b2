"""The files of one field by the scene that they belong to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from restorebench.data.layouts.fields.views import view_pair
from restorebench.data.layouts.pattern import FoundFile, Pattern
from restorebench.errors import ImageError


@dataclass(frozen=True)
class FieldFiles:
    """What the first pattern that finds files has found; `pattern` is the first where none does."""

    pattern: Pattern
    files: tuple[FoundFile, ...]

    @classmethod
    def look(cls, patterns: Iterable[Pattern], folder: Path) -> FieldFiles:
        """Try patterns, of which there must be one, in order."""
        tried = (cls(pattern, tuple(pattern.files(folder))) for pattern in patterns)
        first = next(tried)
        return first if first.files else next((one for one in tried if one.files), first)

    def keys(self) -> set[str]:
        """The identifiers that the names can be read as."""
        return {key for file in self.files for key in file.keys}

    def by_key(self, known: Collection[str]) -> dict[str, list[FoundFile]]:
        """The files by identifier; where a name has several readings, by one that is known."""
        found = defaultdict(list)
        for file in self.files:
            found[next((key for key in file.keys if key in known), file.keys[0])].append(file)
        return found

    def ambiguous(self, known: Collection[str]) -> Iterator[str]:
        """What is wrong with names of which several readings are known."""
        for file in self.files:
            keys = [key for key in file.keys if key in known]
            if len(keys) > 1:
                yield (
                    f"{file.path} may belong to {' or to '.join(keys)}; "
                    f"rename it, or write a pattern that tells them apart"
                )


def views_of(files: Iterable[FoundFile], label: str) -> tuple[Path, ...]:
    """The files of one scene, left view first; `ImageError` calls them `label`."""
    found: dict[str, Path] = {}
    for file in sorted(files, key=lambda file: file.path):
        if (other := found.get(file.view)) is not None:
            msg = f"{other} and {file.path} are both the {label}: which is meant? Remove one"
            raise ImageError(msg)
        found[file.view] = file.path
    if "" in found:
        return (found[""],)
    if (pair := view_pair(found)) is None:
        there = " and ".join(str(path) for path in found.values())
        msg = f"the {label} needs a left and a right view of one convention; there is {there}"
        raise ImageError(msg)
    return tuple(found[view] for view in pair)
