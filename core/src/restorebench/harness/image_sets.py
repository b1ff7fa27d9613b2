"""The stored restorations of one data set, as sets of images by their rows' labels."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from restorebench.data.colour import quantise
from restorebench.data.hashing import target_hash
from restorebench.errors import OptionError
from restorebench.harness.dataset_cache import DatasetCache
from restorebench.harness.plan import RestorerRef
from restorebench.harness.store import Store
from restorebench.plugins import Suite
from restorebench.types import Pixels, Record

Features: TypeAlias = Callable[[Pixels], Any]
"""What is kept of an image ``(V, 3, H, W)``."""

Track: TypeAlias = Callable[[tuple[str, ...]], Iterable[str]]
"""Goes through samples and shows how far it is."""


@dataclass(frozen=True, eq=False)
class ImageSets:
    """Features of the targets, and of each row's restorations in the same order.

    A row that has no restoration of some target has fewer.
    """

    targets: list[Any]
    restored: Mapping[str, list[Any]]


def stored_sets(
    suite: Suite, store: Store, where: tuple[str, str], features: Features, track: Track
) -> ImageSets:
    """The features of every row of `where`, a data set and a split; of the first draw.

    Raises `OptionError` where the store has no restoration of it.
    """
    stored = store.records(lambda whose: (whose.dataset, whose.split) == where)
    rows = _restorations(stored, *where)
    if not rows:
        msg = f"{store.path} has no restorations of {where[0]} ({where[1]}); run it first"
        raise OptionError(msg)
    cache = DatasetCache(suite, store.hashes)
    found = ImageSets([], {label: [] for label in rows})
    for sample_id in track(cache.dataset(*where).ids):
        sample = cache.sample(*where, sample_id)
        if sample.target is None:
            continue
        found.targets.append(features(quantise(sample.target)))
        own = target_hash(sample)
        for label, restored in rows.items():
            if (prediction := restored.get((sample_id, own))) is not None:
                pixels = store.images.get(prediction, len(sample.target))
                found.restored[label].append(features(pixels))
    return found


def _restorations(
    records: Iterable[Record], dataset: str, split: str
) -> dict[str, dict[tuple[str, str], str]]:
    """By label, then by sample and hash of its target; the last record of each counts."""
    found: dict[str, dict[tuple[str, str], str]] = {}
    for r in records:
        if (r.dataset, r.split, r.draw) == (dataset, split, 0) and r.prediction is not None:
            label = RestorerRef(r.restorer, tuple(sorted(r.options.items()))).label
            found.setdefault(label, {})[r.sample, r.target] = r.prediction
    return found
