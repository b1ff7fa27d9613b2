"""Files beside scenes: one for each, such as masks or depth, found by the scene's name."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from restorebench.data.images import SUFFIXES
from restorebench.data.layouts.files import Suffixes
from restorebench.data.layouts.scenes import ImageFolder
from restorebench.errors import ImageError, OptionError


def files_beside(
    place: Path, scenes: Mapping[str, object], what: str, suffixes: Suffixes = SUFFIXES
) -> dict[str, Path]:
    """The file of each scene in a folder, or `place` itself where it is one and they are one.

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
    folder = ImageFolder(place, suffixes)
    there = {name: folder.file(name) for name in scenes}
    if absent := [name for name, path in there.items() if path is None]:
        raise ImageError(folder.lacks(absent, scenes, 1, what))
    return {name: path for name, path in there.items() if path}
