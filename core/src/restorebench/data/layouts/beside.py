"""Files beside scenes: one for each, such as masks or depth, found by the scene's name."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from restorebench.data.images import SUFFIXES
from restorebench.data.layouts.files import Suffixes
from restorebench.data.layouts.image_places import PatternFiles, is_pattern
from restorebench.data.layouts.scenes import ImageFolder
from restorebench.errors import ImageError, OptionError


def files_beside(
    place: Path, scenes: Mapping[str, object], what: str, suffixes: Suffixes = SUFFIXES
) -> dict[str, Path]:
    """The file of each scene in a folder or of a pattern, or `place` where they are one, too.

    Raises `ImageError`, which calls them `what` and says what there is instead, where one is
    absent.
    """
    if place.is_file():
        if len(scenes) > 1:
            msg = (
                f"{place} is one file, but there are {len(scenes)} scenes; give a folder of {what}"
            )
            raise OptionError(msg)
        return dict.fromkeys(scenes, place)
    if is_pattern(place):
        return _of_pattern(PatternFiles(place), scenes, what)
    folder = ImageFolder(place, suffixes)
    there = {name: folder.file(name) for name in scenes}
    if absent := [name for name, path in there.items() if path is None]:
        raise ImageError(folder.lacks(absent, scenes, 1, what))
    return {name: path for name, path in there.items() if path}


def _of_pattern(there: PatternFiles, scenes: Mapping[str, object], what: str) -> dict[str, Path]:
    found = {name: there.files(name, 1) for name in scenes}
    if absent := [name for name, files in found.items() if not files]:
        msg = f"{len(absent)} of {len(scenes)} {what} are absent: of {absent[0]!r}"
        raise ImageError(f"{msg} {there.why_absent(absent[0], 1)}")
    return {name: files[0] for name, files in found.items()}
