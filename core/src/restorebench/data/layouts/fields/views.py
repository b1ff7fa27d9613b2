"""The names of views, as patterns of the scene's name ``{id}``."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

from restorebench.errors import ImageError

ONE_VIEW = (("{id}",),)
TWO_VIEWS = (
    ("{id}_L", "{id}_R"),
    ("{id}_l", "{id}_r"),
    ("{id}_left", "{id}_right"),
    ("{id}_Left", "{id}_Right"),
    ("{id}_0", "{id}_1"),
    ("{id}/hr0", "{id}/hr1"),
    ("{id}/lr0", "{id}/lr1"),
    ("{id}/left", "{id}/right"),
    ("{id}/im0", "{id}/im1"),
    ("left/{id}", "right/{id}"),
    ("Left/{id}", "Right/{id}"),
    ("L/{id}", "R/{id}"),
    ("image_2/{id}", "image_3/{id}"),
)
"""Names of left and right views without suffix, in the order in which they are looked for."""

CONVENTIONS = ", ".join(" ".join(pair) for pair in TWO_VIEWS).replace("{id}", "ID")
"""`TWO_VIEWS` in words."""

VIEW_FIELDS = (
    ("L", "R"),
    ("l", "r"),
    ("left", "right"),
    ("Left", "Right"),
    ("0", "1"),
    ("1", "2"),
    ("2", "3"),
)
"""What ``{view}`` of a pattern stands for: left and right by each convention."""

VIEW_PATTERNS = ("{id}_{view}", "{id}/hr{view}", "{id}/lr{view}", "{id}/{view}", "{view}/{id}")
"""Usual patterns of the images of two views."""


def names_of(scene: str, views: int) -> Iterator[tuple[str, ...]]:
    """The sets of names that the views of a scene may have, left view first."""
    for patterns in ONE_VIEW if views == 1 else TWO_VIEWS:
        yield tuple(pattern.replace("{id}", scene) for pattern in patterns)


def image_names(scene: str, views: int) -> tuple[str, ...]:
    """The names under which images of a scene are handed in: ``ID.png``, ``ID_L.png ID_R.png``.

    A folder in a scene's name becomes part of the file's.
    """
    names = next(names_of(scene.replace("/", "_"), views))
    return tuple(f"{name}.png" for name in names)


def output_names(names: tuple[str, ...]) -> tuple[str, ...]:
    """The names of the restored images of inputs of these names: ``lr0`` becomes ``hr0``."""
    return tuple(re.sub(r"/lr([01])$", r"/hr\1", name) + ".png" for name in names)


def paired(names: Iterable[str]) -> tuple[dict[str, tuple[str, ...]], list[str]]:
    """Scenes of two views by name, and the names that have no other view.

    Raises `ImageError` where a scene is there twice, under two conventions.
    """
    left_over = dict.fromkeys(names)
    scenes: dict[str, tuple[str, ...]] = {}
    for left, right in TWO_VIEWS:
        for name in list(left_over):
            scene = _scene(left, name)
            other = right.replace("{id}", scene or "")
            if scene is None or other not in left_over or name not in left_over:
                continue
            if scene in scenes:
                msg = f"the scene {scene!r} is there twice: as {scenes[scene][0]} and as {name}"
                raise ImageError(f"{msg}; remove one")
            del left_over[name], left_over[other]
            scenes[scene] = (name, other)
    return scenes, list(left_over)


def _scene(pattern: str, name: str) -> str | None:
    """The part of a name that ``{id}`` matches, or None."""
    before, after = pattern.split("{id}")
    inside = name.removeprefix(before).removesuffix(after)
    return inside if inside and name == before + inside + after else None


def view_pair(there: Collection[str]) -> tuple[str, str] | None:
    """The one convention of two views that are `there`, left first; None for other ones."""
    return next((pair for pair in VIEW_FIELDS if set(pair) == set(there)), None)
