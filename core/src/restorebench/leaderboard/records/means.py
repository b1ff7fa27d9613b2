"""Means of one section: draws are averaged per image first, then images."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from restorebench.errors import ProtocolError
from restorebench.leaderboard.records.facts import Facts
from restorebench.leaderboard.records.intake import COSTS, SECTION
from restorebench.leaderboard.records.ledger import Ledger
from restorebench.leaderboard.records.texts import Lines

Floats = NDArray[np.float64]

_SEED = 20261130


@dataclass(frozen=True, eq=False)
class PerImage:
    """Scores of one section as matrices with a line per label and a column per sample.

    `scores` are means over the draws of one image (NaN where there is none), `draws` how many
    there are, and `within` the sum of their squared distances from that mean.
    """

    labels: tuple[str, ...]
    samples: tuple[str, ...]
    scores: dict[str, Floats]
    draws: NDArray[np.int64]
    within: dict[str, Floats]

    def lines(self, labels: Sequence[str]) -> Lines:
        """The lines of the matrices that are those of some labels."""
        return places_in(labels, self.labels)


@dataclass(frozen=True, eq=False)
class Counts:
    """Per label: how many `images` it has, how many `failed`, and draws of an image (the most,
    the `fewest`); `signature` identifies the set of its images.
    """

    images: NDArray[np.int64]
    failed: NDArray[np.int64]
    draws: NDArray[np.int64]
    fewest: NDArray[np.int64]
    signature: NDArray[np.uint64]


@dataclass(frozen=True, eq=False)
class Means:
    """What the images of each of `labels` say: arrays in their order.

    `scores` are means over images, `covered` how many images each mean rests on, and `coverage`
    a signature of which ones; `costs` are means of what an image takes.
    """

    labels: tuple[str, ...]
    scores: dict[str, Floats]
    covered: dict[str, NDArray[np.int64]]
    coverage: dict[str, NDArray[np.uint64]]
    counts: Counts
    costs: dict[str, Floats]
    images: PerImage


def places_in(names: Sequence[str], among: Sequence[str]) -> Lines:
    """Where each of `names` is in `among`; −1 where it is not."""
    known = {name: place for place, name in enumerate(among)}
    return np.array([known.get(name, -1) for name in names], np.intp)


def means(ledger: Ledger) -> Means:
    """The means of the labels of one section.

    Raises `ProtocolError` where the records differ in task, data set, split, protocol or pixels:
    such scores cannot be averaged.
    """
    _refuse_mixture(ledger.facts)
    places = _Places(ledger.facts)
    images = _per_image(ledger, places)
    marks = _marks(len(places.samples))
    present = {name: ~np.isnan(matrix) for name, matrix in images.scores.items()}
    return Means(
        labels=places.labels,
        scores={name: mean_of_lines(matrix) for name, matrix in images.scores.items()},
        covered={name: there.sum(1) for name, there in present.items()},
        coverage={name: _signature(there, marks) for name, there in present.items()},
        counts=_counts(ledger.facts, places, images.draws, marks),
        costs=_costs(ledger.facts, places),
        images=images,
    )


class _Places:
    """Where the records of a section go in its matrices; failed ones are left out."""

    def __init__(self, facts: Facts) -> None:
        label, sample = facts.texts["label"], facts.texts["sample"]
        self.labels, self.samples = tuple(sorted(label.distinct)), tuple(sorted(sample.distinct))
        self.shape = (len(self.labels), len(self.samples))
        self.rows = label.places(self.labels)
        self.cells = self.rows * len(self.samples) + sample.places(self.samples)
        self.whole = ~facts.numbers["failed"]
        self.flat = self.cells[self.whole]
        self.draws = self.sum(np.ones(len(self.flat))).astype(np.int64)
        self.single = int(self.draws.max(initial=0)) < 2

    def sum(self, values: Floats) -> Floats:
        """The sum of `values`, one per record that did not fail, in each cell."""
        size = self.shape[0] * self.shape[1]
        return np.bincount(self.flat, values, size).astype(np.float64).reshape(self.shape)

    def mean(self, values: Floats) -> Floats:
        """The mean of those that are not NaN in each cell; NaN where there is none."""
        if self.single:
            alone = np.full(self.draws.size, np.nan)
            alone[self.flat] = values + 0.0  # as a sum, which is not −0
            return alone.reshape(self.shape)
        there = ~np.isnan(values)
        count = self.sum(there.astype(float))
        with np.errstate(invalid="ignore"):
            return self.sum(np.where(there, values, 0.0)) / np.where(count > 0, count, np.nan)


def _marks(count: int) -> NDArray[np.uint64]:
    """A random 64-bit number for each image of a section."""
    return np.random.default_rng(_SEED).integers(0, 1 << 64, count, np.uint64)


def _per_image(ledger: Ledger, places: _Places) -> PerImage:
    scores, within = {}, {}
    for name, column in ledger.scores.items():
        values = column[places.whole]
        scores[name] = places.mean(values)
        if not places.single:
            with np.errstate(invalid="ignore", over="ignore"):
                far = (values - scores[name].reshape(-1)[places.flat]) ** 2
            within[name] = places.sum(np.nan_to_num(far, nan=0.0))
    return PerImage(places.labels, places.samples, scores, places.draws, within)


def mean_of_lines(matrix: Floats) -> Floats:
    """The mean of each line without its NaN; NaN where there is nothing else."""
    there = ~np.isnan(matrix)
    count = np.where((number := there.sum(1)) > 0, number, np.nan)
    values = np.where(there, matrix, 0.0)
    with np.errstate(invalid="ignore", over="ignore"):
        means: Floats = values.sum(1) / count
    if (lost := np.isinf(means)).any():  # by a sum that is too large, unless a score is infinite
        with np.errstate(invalid="ignore"):
            means[lost] = (values[lost] / count[lost, None]).sum(1)
    return means


def _signature(there: NDArray[np.bool_], marks: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Identifies a set of images by the (wrapping) sum of a 64-bit number per image."""
    sums: NDArray[np.uint64] = np.where(there, marks, np.uint64(0)).sum(1, dtype=np.uint64)
    return sums


def _refuse_mixture(facts: Facts) -> None:
    found = {name: sorted(facts.texts[name].distinct) for name in SECTION}
    mixed = {name: texts for name, texts in found.items() if len(texts) > 1}
    if mixed:
        what = "; ".join(f"{name}: {', '.join(values)}" for name, values in mixed.items())
        msg = f"scores of different protocols or pixels have no common mean ({what}); split them"
        raise ProtocolError(msg)


def _counts(
    facts: Facts, places: _Places, draws: NDArray[np.int64], marks: NDArray[np.uint64]
) -> Counts:
    most = np.iinfo(np.int64).max
    fewest = np.where(draws > 0, draws, most).min(1, initial=most)
    failures = np.unique(places.cells[~places.whole]) // max(1, len(places.samples))
    return Counts(
        images=(draws > 0).sum(1),
        failed=np.bincount(failures, minlength=len(places.labels)),
        draws=draws.max(1, initial=0),
        fewest=np.minimum(fewest, draws.max(1, initial=0)),
        signature=_signature(draws > 0, marks),
    )


def _costs(facts: Facts, places: _Places) -> dict[str, Floats]:
    own = {name: facts.numbers[name][places.whole] for name in COSTS}
    return {name: mean_of_lines(places.mean(values)) for name, values in own.items()}


def common(count: NDArray[np.int64], signature: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Which labels hold the set of images that is largest, and among the largest most shared."""
    if not count.max(initial=0):
        return np.zeros(len(count), bool)
    largest = signature[count == count.max()]
    values, first, shared = np.unique(largest, return_index=True, return_counts=True)
    most = shared == shared.max()  # of several sets the one that comes first
    return np.asarray(signature == values[most][first[most].argmin()])
