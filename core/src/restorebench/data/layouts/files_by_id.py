"""The files that fit a pattern, by identifier."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from pathlib import Path

from restorebench.data.layouts.field_files import views_of
from restorebench.data.layouts.inline import anchored
from restorebench.data.layouts.names import instead, normal
from restorebench.data.layouts.pattern import FoundFile, Pattern


class FilesById:
    """The files of a pattern such as ``out/{id}_dehazed.png``; `OptionError` if it is none."""

    def __init__(self, path: Path) -> None:
        values, self._folder = anchored({"degraded": str(path)}, Path())
        self._pattern = Pattern(values["degraded"])

    def files(self, scene: str, views: int) -> tuple[Path, ...]:
        """The files of an identifier, left view first; none where they are absent."""
        found = self._by_id.get(normal(scene), [])
        return (
            views_of(found, f"image of {scene}") if found and self._pattern.views == views else ()
        )

    def why_absent(self, scene: str, views: int) -> str:
        """Of an absent scene: what was looked for, and what is there."""
        if self._pattern.views != views:
            return f"it has {views} views; write {{view}} in the pattern"
        return f"looked for {self._pattern.example(scene)}; {instead(scene, list(self._by_id))}"

    @cached_property
    def _by_id(self) -> dict[str, list[FoundFile]]:
        """A name that can be read in several ways is there under each."""
        found = defaultdict(list)
        for file in self._pattern.files(self._folder):
            for key in {*file.keys, file.name}:
                found[key].append(file)
        return found
