"""Whether degraded images and targets have changed places, by the looks of most of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from restorebench.data.check.finding import Finding
from restorebench.data.check.image_facts import ImageFacts

_MOST = 0.8
_ENOUGH = 3
"""Scenes from which a majority of `_MOST` says something."""
_LABELS = ("the degraded side", "the targets")

_LOOKS: Mapping[str, tuple[Callable[[ImageFacts], float], str]] = {
    "darker": (lambda facts: -facts.mean, "are brighter than"),
    "paler": (lambda facts: -facts.contrast, "have more contrast than"),
    "sharper": (lambda facts: facts.sharpness, "are less sharp than"),
}


def exchanged(
    pairs: Sequence[tuple[ImageFacts, ImageFacts]], looks: str, places: tuple[str, str]
) -> Finding | None:
    """A finding where most degraded images are the opposite of what they should be.

    `looks` is the layout's `degraded_is`; `places` are the folders of degraded images and targets,
    empty where they lie in one.
    """
    if not looks or len(pairs) < _ENOUGH:
        return None
    measure, words = _LOOKS[looks]
    wrong = sum(measure(degraded) < measure(target) for degraded, target in pairs)
    if wrong < _MOST * len(pairs):
        return None
    degraded, target = (place or label for place, label in zip(places, _LABELS, strict=True))
    what = f"images of {degraded} {words} those of {target} in {wrong} of {len(pairs)} scenes"
    remedy = f"degraded images should be {looks}: have the two changed places?"
    return Finding("exchanged", "", what, remedy)
