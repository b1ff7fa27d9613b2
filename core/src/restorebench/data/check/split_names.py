"""The files of a split by name: what there is of each field, and what has no place in a scene."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TypeAlias

from restorebench.data.check.strays import FIELDS, Stray, strays_of
from restorebench.data.layouts.fields.field_files import FieldFiles
from restorebench.data.layouts.layout import Layout, SplitFiles
from restorebench.data.layouts.listing import Listing, list_split
from restorebench.data.layouts.names import natural
from restorebench.data.layouts.pattern import FoundFile, Pattern
from restorebench.data.layouts.scene_files import SceneFiles

Fields: TypeAlias = dict[str, FieldFiles]


@dataclass(frozen=True)
class SplitNames:
    """A split of the data set that lies in `folder`; no image is opened.

    `looked` is what was found of each split, for all that share it.
    """

    layout: Layout
    folder: Path
    name: str
    looked: dict[str, Fields] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def split(self) -> SplitFiles:
        """The patterns of the split."""
        return self.layout.split(self.name)

    @cached_property
    def listing(self) -> Listing:
        """Its scenes, without their conditions, which are checked by themselves."""
        bare = self.split.model_copy(update={"condition": None})
        splits = {**self.layout.splits, self.name: bare}
        return list_split(self.layout.model_copy(update={"splits": splits}), self.folder, self.name)

    @property
    def scenes(self) -> tuple[SceneFiles, ...]:
        """The scenes that are complete."""
        return self.listing.scenes

    @property
    def fields(self) -> Fields:
        """The files of each field that the split has, by the pattern that is used."""
        return self._fields_of(self.name)

    @cached_property
    def strays(self) -> tuple[Stray, ...]:
        """Images beside the others that no split uses."""
        every = [found for name in self.layout.splits for found in self._fields_of(name).values()]
        known = {file.path for found in every for file in found.files}
        return strays_of(self.split, self.folder, known)

    def _fields_of(self, name: str) -> Fields:
        if name not in self.looked:
            split = self.layout.split(name)
            patterns = {field: split.patterns(field) for field in FIELDS}
            self.looked[name] = {
                field: FieldFiles.look(some, self.folder)
                for field, some in patterns.items()
                if some
            }
        return self.looked[name]

    @cached_property
    def used(self) -> set[Path]:
        """The files of complete scenes."""
        scenes = self.scenes
        maps = {path for s in scenes for path in (s.mask, s.depth) if path is not None}
        return maps | {path for s in scenes for path in (*s.degraded, *s.target)}

    def names_of(self, scene: SceneFiles) -> set[str]:
        """The names by which a scene may be called elsewhere: its own, and that of its target."""
        return {scene.id, *self._keys[scene.degraded[0]]}

    @cached_property
    def _keys(self) -> dict[Path, tuple[str, ...]]:
        return {file.path: file.keys for file in self.fields["degraded"].files}

    def left(self, field: str) -> list[FoundFile]:
        """The files of a field that belong to the split, but to no complete scene."""
        return [file for file in self.unused(field) if self.includes(file)]

    def unused(self, field: str) -> list[FoundFile]:
        """The files of a field that are part of no complete scene of this split."""
        files = self.fields[field].files if field in self.fields else ()
        left = (file for file in files if file.path not in self.used)
        return sorted(left, key=lambda file: natural(str(file.path)))

    def includes(self, file: FoundFile) -> bool:
        """Whether a file belongs to the split by its identifier."""
        return any(map(self.split.includes, file.keys))

    def relative(self, path: Path) -> str:
        """A path as the data set's folder has it."""
        return path.relative_to(self.folder).as_posix()

    def expected(self, field: str, file: FoundFile) -> str:
        """The path at which the partner of a file is looked for in another field."""
        pattern = self.pattern(field)
        view = file.view if pattern.views == 2 and file.view else "{view}"
        return pattern.example(file.keys[0]).replace("{view}", view)

    def pattern(self, field: str) -> Pattern:
        """The pattern that is used; where none finds files, that in the place of the others'."""
        found = self.fields[field]
        if found.files:
            return found.pattern
        patterns = self.split.patterns(field)
        return patterns[min(max(self._places(), default=0), len(patterns) - 1)]

    def _places(self) -> Iterable[int]:
        for name, found in self.fields.items():
            if found.files:
                yield self.split.patterns(name).index(found.pattern)
