"""Entries of a challenge that are the same images under two names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import pandas as pd

from restorebench.types import UPLOADED


def twins(facts: pd.DataFrame) -> Mapping[str, tuple[str, ...]]:
    """For each upload among the records of a section: the others with exactly its images."""
    own = facts[(facts["restorer"] == UPLOADED) & ~facts["failed"]]
    images: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for label, sample, prediction in own[["label", "sample", "prediction"]].itertuples(index=False):
        images[str(label)].add((sample, prediction))
    same: dict[frozenset[tuple[str, str]], list[str]] = defaultdict(list)
    for label in sorted(images):
        same[frozenset(images[label])].append(label)
    return {
        label: tuple(other for other in group if other != label)
        for group in same.values()
        for label in group
        if len(group) > 1
    }
