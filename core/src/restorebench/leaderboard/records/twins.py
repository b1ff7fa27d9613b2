"""Entries of a challenge that are the same images under two names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import numpy as np

from restorebench.leaderboard.records.facts import Facts
from restorebench.types import UPLOADED


def twins(facts: Facts) -> Mapping[str, tuple[str, ...]]:
    """For each upload among the records of a section: the others with exactly its images."""
    uploaded = facts.texts["restorer"].equal(UPLOADED)
    own = facts.take(np.flatnonzero(uploaded & ~facts.numbers["failed"]))
    images: dict[str, set[tuple[str | None, ...]]] = defaultdict(set)
    columns = [own.texts[name] for name in ("label", "sample", "prediction")]
    for label, *image in zip(*columns, strict=True):
        images[str(label)].add(tuple(image))
    same: dict[frozenset[tuple[str | None, ...]], list[str]] = defaultdict(list)
    for label in sorted(images):
        same[frozenset(images[label])].append(label)
    return {
        label: tuple(other for other in group if other != label)
        for group in same.values()
        for label in group
        if len(group) > 1
    }
