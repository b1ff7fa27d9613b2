"""A split listed: its scenes from the files that are there, and what does not fit together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Sized
from dataclasses import dataclass, replace
from pathlib import Path

from restorebench.data.layouts.fields.condition_rule import numbers_of
from restorebench.data.layouts.fields.field_files import FieldFiles, views_of
from restorebench.data.layouts.layout import MAPS, Layout, absent_ids
from restorebench.data.layouts.names import instead, natural
from restorebench.data.layouts.pattern import FoundFile
from restorebench.data.layouts.scene_files import SceneFiles
from restorebench.data.layouts.suggestion import suggested
from restorebench.data.layouts.walk import what_is_there
from restorebench.errors import ImageError

_SHOWN = 5


@dataclass(frozen=True)
class Listing:
    """The scenes of a split, in natural order of their names.

    `problems` make it unusable: a file without its partner, two files for one. `notes` are what a
    user should know: maps that are absent, samples that are missing of the whole split.
    """

    scenes: tuple[SceneFiles, ...]
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def checked(self) -> tuple[SceneFiles, ...]:
        """The scenes; `ImageError` says what is wrong."""
        if self.problems:
            more = len(self.problems) - _SHOWN
            shown = [*self.problems[:_SHOWN], *([f"and {more} more like that"] if more > 0 else [])]
            raise ImageError("; ".join(shown))
        return self.scenes


@dataclass(frozen=True)
class _Sample:
    """The degraded files of a sample, by its own name and by that which its partners have.

    `target` is its own where one degraded image has several targets.
    """

    name: str
    key: str
    files: tuple[FoundFile, ...]
    target: FoundFile | None = None


def list_split(layout: Layout, folder: Path, name: str) -> Listing:
    """The scenes of a split of the data set that lies in `folder`; no image is opened.

    A file belongs to the scene that its name identifies; order never matters. Raises `OptionError`
    where there is no such split, and where the numbers of conditions cannot be read.
    """
    return _Lister(layout, name, folder).listing()


class _Lister:
    def __init__(self, layout: Layout, name: str, folder: Path) -> None:
        self.split, self.folder, self.strict = layout.split(name), folder, layout.strict
        self.problems: list[str] = []
        self.notes: list[str] = []
        self.degraded = self._field("degraded")
        self.target = self._field("target") if self.split.target else None
        self.samples = sorted(self._samples(), key=lambda sample: natural(sample.name))

    def listing(self) -> Listing:
        images = self._images()
        targets = self._targets() if self.target else {}
        self.problems += _same_files(images, targets)
        maps = {field: self._map(field) for field in MAPS if getattr(self.split, field)}
        numbers = self._numbers()
        scenes = tuple(
            SceneFiles(
                sample.name,
                images[sample.name],
                targets.get(sample.name, ()),
                condition=numbers.get(sample.name, ()),
                **{field: paths.get(sample.name) for field, paths in maps.items()},
            )
            for sample in self.samples
            if sample.name in images and (sample.name in targets or self.target is None)
        )
        self._note_missing()
        return Listing(scenes, tuple(self.problems), tuple(self.notes))

    def _field(self, field: str) -> FieldFiles:
        return FieldFiles.look(self.split.patterns(field), self.folder)

    def _samples(self) -> Iterable[_Sample]:
        """Of every degraded image that belongs to the split."""
        known = self.target.keys() if self.target else set[str]()
        self.problems += self.degraded.ambiguous(known)
        found: dict[tuple[str, str], list[FoundFile]] = {}
        for key, files in self.degraded.by_key(known).items():
            for file in files if self.split.includes(key) else ():
                found.setdefault((file.name, key), []).append(file)
        if not found:
            self.problems.append(self._nothing(self.degraded))
        samples = [_Sample(name, key, tuple(files)) for (name, key), files in found.items()]
        several = self.target and self.target.pattern.varies and not self.degraded.pattern.varies
        return self._of_each_target(samples) if several else samples

    def _of_each_target(self, samples: Sequence[_Sample]) -> Iterable[_Sample]:
        """A sample for each target of a degraded image, by the target's name."""
        assert self.target is not None
        there = self.target.by_key({sample.key for sample in samples})
        for sample in samples:
            for target in there.get(sample.key, [None]):
                name = sample.name if target is None else target.name
                yield replace(sample, name=name, target=target)

    def _images(self) -> dict[str, tuple[Path, ...]]:
        label = "degraded image {}"
        return self._paths(label, {sample.name: sample.files for sample in self.samples})

    def _targets(self) -> dict[str, tuple[Path, ...]]:
        assert self.target is not None
        keys = {sample.key for sample in self.samples}
        there = self.target.by_key(keys)
        found = {
            s.name: [s.target] if s.target else there[s.key] for s in self.samples if s.key in there
        }
        if absent := [s for s in self.samples if s.name not in found]:
            self.problems.append(self._without_target(absent, [k for k in there if k not in keys]))
        if alone := [k for k in there if k not in keys and self.split.includes(k)]:
            have = "target has" if len(alone) == 1 else "targets have"
            self.notes.append(f"{len(alone)} {have} no degraded image: {_some(alone)}")
        return self._paths("target of {}", found)

    def _map(self, field: str) -> dict[str, Path]:
        """A mask or depth of each sample, named as its degraded image or as its target."""
        files = self._field(field)
        if self.strict and not files.files:
            self.problems.append(self._nothing(files))
        there = files.by_key({n for s in self.samples for n in (s.name, s.key)})
        found = {s.name: there.get(s.name) or there.get(s.key) for s in self.samples}
        if absent := [s.name for s in self.samples if not found[s.name]]:
            looked = f"no {field} of {_of(absent, self.samples)} ({_some(absent)})"
            self.notes.append(f"{looked}; looked for {files.pattern.example(absent[0])}")
        paths = self._paths(f"{field} of {{}}", {n: f for n, f in found.items() if f})
        return {name: path for name, (path,) in paths.items()}

    def _numbers(self) -> dict[str, tuple[float, ...]]:
        if self.split.condition is None or not self.samples:
            return {}
        names = {sample.name: sample.key for sample in self.samples}
        images = {sample.name: sample.files[0].path for sample in self.samples}
        numbers, note = numbers_of(self.split.condition, self.folder, names, images)
        (self.problems if self.strict else self.notes).extend([note] if note else [])
        return numbers

    def _paths(
        self, label: str, files: Mapping[str, Iterable[FoundFile]]
    ) -> dict[str, tuple[Path, ...]]:
        found = {}
        for name, some in files.items():
            try:
                found[name] = views_of(some, label.format(name))
            except ImageError as error:
                self.problems.append(str(error))
        return found

    def _note_missing(self) -> None:
        if self.samples and len(self.samples) < self.split.count:
            self.notes.append(f"{len(self.samples)} of {self.split.count} samples are there")
        keys = {sample.key for sample in self.samples}
        if self.samples and (absent := absent_ids(self.split, keys)):
            self.notes.append(f"not there: {_some(absent)}")

    def _without_target(self, absent: list[_Sample], there: list[str]) -> str:
        assert self.target is not None
        if not self.target.files:
            return self._nothing(self.target)
        first = absent[0]
        names = [sample.name for sample in absent]
        return (
            f"no target of {_of(names, self.samples)} ({_some(names)}): for "
            f"{first.files[0].path.name} looked for {self.target.pattern.example(first.key)}; "
            f"{instead(first.key, there)}{self._other_patterns(names, there)}"
        )

    def _other_patterns(self, names: Sequence[str], there: Sequence[str]) -> str:
        """By which patterns they would have targets, if there are any."""
        assert self.target is not None
        simple = not any("*" in f.pattern.text for f in (self.degraded, self.target))
        found = suggested(names, there) if simple else None
        if found is None or found == ("{id}", "{id}"):
            return ""
        fields = zip((self.degraded, self.target), found, strict=True)
        degraded, target = (files.pattern.text.replace("{id}", text) for files, text in fields)
        return f". Is it degraded={degraded},target={target}?"

    def _nothing(self, field: FieldFiles) -> str:
        pattern = field.pattern.text
        return f"no file fits {pattern} in {self.folder}; {what_is_there(self.folder, pattern)}"


def _same_files(
    images: Mapping[str, tuple[Path, ...]], targets: Mapping[str, tuple[Path, ...]]
) -> Iterable[str]:
    """What is wrong where a degraded image is its own target."""
    for name, files in targets.items():
        if set(files) & set(images.get(name, ())):
            yield f"{files[0]} is both the degraded image and the target of {name}"
            return


def _of(some: Sized, every: Sized) -> str:
    return f"{len(some)} of {len(every)} samples"


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:_SHOWN]) + (", …" if len(names) > _SHOWN else "")
