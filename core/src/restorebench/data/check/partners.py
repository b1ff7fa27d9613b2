"""Files without a partner: which file was probably meant, and what it should be called."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from pathlib import PurePosixPath

from restorebench.data.check.finding import Finding
from restorebench.data.check.free_names import FreeNames
from restorebench.data.check.labels import LABELS
from restorebench.data.check.near_names import nearest_name
from restorebench.data.check.split_names import SplitNames
from restorebench.data.check.stray_check import stray_findings
from restorebench.data.layouts.fields.views import VIEW_FIELDS
from restorebench.data.layouts.layout import IMAGES, MAPS
from restorebench.data.layouts.path_regex import split_suffix
from restorebench.data.layouts.pattern import FoundFile

_AGAIN = "get the missing file again, or take this one away"


class Partners:
    """What is wrong with the names of a split; each file is spoken of once."""

    def __init__(self, names: SplitNames) -> None:
        self.names = names
        self.explained: set[str] = set()
        self._keys: set[str] = set()

    def findings(self) -> Iterator[Finding]:
        """Files that are there twice or lack their other view, a partner or a map; and strays."""
        for field in self._image_fields():
            yield from self._doubles(field)
            yield from self._lone_views(field)
        if "target" in self.names.fields:
            yield from self._without("target", "degraded")
            yield from self._without("degraded", "target")
        for field in MAPS:
            yield from self._without_map(field)
        yield from stray_findings(self.names, self.explained)

    def _image_fields(self) -> list[str]:
        return [field for field in IMAGES if field in self.names.fields]

    def _left(self, field: str) -> list[FoundFile]:
        return [f for f in self.names.left(field) if self._said(f) not in self.explained]

    def _said(self, file: FoundFile) -> str:
        return self.names.relative(file.path)

    def _doubles(self, field: str) -> Iterator[Finding]:
        """Two files that are the same view of the same sample."""
        if field == "target" and self.names.fields[field].pattern.varies:
            return
        seen: dict[tuple[str, str], str] = {}
        for file in self._left(field):
            first = seen.setdefault((file.name, file.view), self._said(file))
            if first != self._said(file):
                what = f"and {first} are both the {LABELS[field]} of {file.name}"
                self._explain(file)
                yield Finding("double", self._said(file), what, "remove the one that is not meant")

    def _lone_views(self, field: str) -> Iterator[Finding]:
        pattern = self.names.fields[field].pattern
        views = defaultdict(list)
        for file in self._left(field) if pattern.views == 2 else ():
            views[file.keys[0]].append(file)
        for key, files in views.items():
            if len(files) == 1:
                self._explain(*files)
                other = pattern.example(key).replace("{view}", self._other_view(field, files[0]))
                yield self._missing("view", files[0], "other view", other)

    def _other_view(self, field: str, file: FoundFile) -> str:
        """The name of the view beside a file's, by the convention of most files."""
        there = {other.view for other in self.names.fields[field].files}
        pairs = [pair for pair in VIEW_FIELDS if file.view in pair]
        best = max(pairs, key=lambda pair: len(there & set(pair)), default=("", ""))
        return best[1] if best[0] == file.view else best[0]

    def _without(self, absent: str, field: str) -> Iterator[Finding]:
        """Files of `field` whose partner among `absent` is not there; several may have one."""
        alone = defaultdict(list)
        for file in self._left(field):
            if not self._keys.intersection(file.keys):
                alone[self.names.expected(absent, file)].append(file)
        for expected, files in alone.items():
            self._explain(*files)
            yield self._missing(f"no-{absent}", files[0], LABELS[absent], expected, len(files) - 1)

    def _without_map(self, field: str) -> Iterator[Finding]:
        scenes = self.names.scenes
        absent = [scene for scene in scenes if getattr(scene, field) is None]
        if field not in self.names.fields or not absent:
            return
        if len(absent) == len(scenes):
            looked = self.names.pattern(field).text
            what = f"there is no {LABELS[field]} at all: looked for {looked}"
            yield Finding(field, "", what, "what needs them will be left out", note=True)
            return
        for scene in absent:
            file = FoundFile((scene.id,), scene.id, "", scene.degraded[0])
            yield self._missing(field, file, LABELS[field], self.names.expected(field, file))

    def _missing(
        self, kind: str, file: FoundFile, label: str, expected: str, more: int = 0
    ) -> Finding:
        """That a file has no partner, or which other file is probably the one."""
        near, words = self._nearest(expected)
        said = self._said(file) + (f" (and {more} more)" if more else "")
        if not near:
            any_suffix = ".*" if split_suffix(expected)[0] == expected else ""
            looked = f"has no {label}: looked for {expected}{any_suffix}"
            return Finding(kind, said, looked, _AGAIN)
        found = str(PurePosixPath(expected).parent / near)
        self.explained.add(found)
        what = f"seems to be the {label} of {said}, but its name {words}"
        ending = "" if split_suffix(expected)[0] != expected else PurePosixPath(near).suffix
        return Finding("misnamed", found, what, f"rename it to {expected}{ending}")

    def _nearest(self, expected: str) -> tuple[str, str]:
        """The name that was probably meant to be an expected one, and in what it differs."""
        name = PurePosixPath(expected).name
        if "*" in name:
            return "", ""
        return nearest_name(name, self._free.beside(expected, self.explained))

    @cached_property
    def _free(self) -> FreeNames:
        return FreeNames(self.names)

    def _explain(self, *files: FoundFile) -> None:
        for file in files:
            self.explained.add(self._said(file))
            self._keys.update(file.keys)
