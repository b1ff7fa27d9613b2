"""Where images are: a folder, or the files that fit a pattern; both give scenes by name."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from pathlib import Path

from restorebench.data.images import SUFFIXES
from restorebench.data.layouts.fields.field_files import views_of
from restorebench.data.layouts.files import Suffixes
from restorebench.data.layouts.inline import anchored
from restorebench.data.layouts.names import instead, natural, normal
from restorebench.data.layouts.pattern import FoundFile, Pattern
from restorebench.data.layouts.scenes import ImageFolder, Scene
from restorebench.data.layouts.walk import what_is_there
from restorebench.errors import ImageError


def is_pattern(place: Path | None) -> bool:
    """Whether a path has fields."""
    return place is not None and ("{id}" in str(place) or "*" in str(place))


def images_at(place: Path, suffixes: Suffixes = SUFFIXES) -> ImageFolder | PatternFiles:
    """The images of a folder or pattern; `ImageError` if it is neither."""
    return PatternFiles(place) if is_pattern(place) else ImageFolder(place, suffixes)


def scenes_of(place: Path, views: int, suffixes: Suffixes = SUFFIXES) -> list[Scene]:
    """The scenes of a folder or pattern, or the one of a single image.

    `suffixes` are those of images in a folder.
    """
    if views == 1 and place.is_file():
        return [Scene(normal(place.stem), (place,), (normal(place.stem),))]
    return list(images_at(place, suffixes).scenes(views).values())


class PatternFiles:
    """The files of a pattern such as ``out/{id}_dehazed.png``, below the folder `path`.

    Raises `OptionError` if it is not a pattern.
    """

    def __init__(self, place: Path) -> None:
        values, self.path = anchored({"degraded": str(place)}, Path())
        self._pattern = Pattern(values["degraded"])

    def scenes(self, views: int | None = None) -> dict[str, Scene]:
        """All scenes by name, in natural order; `ImageError` where views are absent, or all."""
        if views not in {None, self._pattern.views}:
            raise ImageError(self._other_views(views))
        if not self._files:
            msg = f"no file fits {self._pattern.text} in {self.path}"
            raise ImageError(f"{msg}; {what_is_there(self.path, self._pattern.text)}")
        by_name = defaultdict(list)
        for file in self._files:
            by_name[file.name].append(file)
        found = {name: views_of(by_name[name], f"image of {name}") for name in by_name}
        names = sorted(found, key=natural)
        return {name: Scene(name, found[name], self._names(found[name])) for name in names}

    def files(self, scene: str, views: int) -> tuple[Path, ...]:
        """The files of an identifier, left view first; none where they are absent."""
        found = self._by_key.get(normal(scene), [])
        return (
            views_of(found, f"image of {scene}") if found and views == self._pattern.views else ()
        )

    def why_absent(self, scene: str, views: int) -> str:
        """Of an absent scene: what was looked for, and what is there."""
        if views != self._pattern.views:
            return self._other_views(views)
        return f"looked for {self._pattern.example(scene)}; {instead(scene, list(self._by_key))}"

    def _other_views(self, views: int | None) -> str:
        needs = "it needs {view}" if views == 2 else "{view} is for two views"
        return f"{views} views are needed, but the pattern is {self._pattern.text}: {needs}"

    def _names(self, files: tuple[Path, ...]) -> tuple[str, ...]:
        return tuple(normal(f.relative_to(self.path).with_suffix("").as_posix()) for f in files)

    @cached_property
    def _files(self) -> tuple[FoundFile, ...]:
        return tuple(self._pattern.files(self.path))

    @cached_property
    def _by_key(self) -> dict[str, list[FoundFile]]:
        """A name that can be read in several ways is there under each."""
        found = defaultdict(list)
        for file in self._files:
            for key in {*file.keys, file.name}:
                found[key].append(file)
        return found
