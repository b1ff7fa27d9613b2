"""Predictions and references as patterns, such as ``out/{id}_*.png`` and ``gt/{id}.png``."""

from __future__ import annotations

from pathlib import Path

from restorebench.data.layouts.files import files_in
from restorebench.data.layouts.image_places import is_pattern
from restorebench.data.layouts.inline import anchored
from restorebench.data.layouts.layout import Layout
from restorebench.data.layouts.listing import list_split
from restorebench.data.layouts.pattern import Pattern
from restorebench.data.layouts.scene_files import SceneFiles
from restorebench.errors import ImageError, OptionError


def paired_files(pred: Path, ref: Path, mask: Path | None = None) -> tuple[SceneFiles, ...]:
    """The predictions with their references and masks, in natural order.

    What is not a pattern is a folder, whose images are named by their identifiers. Raises
    `ImageError` where a prediction has no reference or mask, or a reference no prediction.
    """
    places = {"degraded": pred, "target": ref, **({} if mask is None else {"mask": mask})}
    values, folder = anchored({key: _pattern(place) for key, place in places.items()}, Path())
    layout = Layout.parse({"name": "pairs", "task": "pairs", "splits": {"test": values}}, "")
    listing = list_split(layout, folder, "test")
    scenes = listing.checked()
    if unmasked := [scene.id for scene in scenes if mask is not None and scene.mask is None]:
        msg = f"no mask of {len(unmasked)} of {len(scenes)} predictions: {', '.join(unmasked[:5])}"
        raise ImageError(msg)
    _check_all_restored(Pattern(values["target"]), folder, scenes)
    return scenes


def _pattern(place: Path) -> str:
    if is_pattern(place):
        return str(place)
    if not place.is_dir():
        msg = f"{place} is not a folder of images; beside a pattern give a pattern or a folder"
        raise OptionError(msg)
    return str(place / ("{id}" if files_in(place) else "**/{id}"))


def _check_all_restored(pattern: Pattern, folder: Path, scenes: tuple[SceneFiles, ...]) -> None:
    known = {path for scene in scenes for path in scene.target}
    alone = sorted(str(f.path) for f in pattern.files(folder) if f.path not in known)
    if alone:
        more = ", …" if len(alone) > 5 else ""
        have = "reference has" if len(alone) == 1 else "references have"
        msg = f"{len(alone)} {have} no prediction: {', '.join(alone[:5])}{more}"
        raise ImageError(msg)
