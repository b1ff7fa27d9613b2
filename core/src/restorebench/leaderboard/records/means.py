"""Means of one section: draws are averaged per image first, then images."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from restorebench.errors import ProtocolError
from restorebench.leaderboard.records.frame import Ledger
from restorebench.leaderboard.records.intake import COSTS, SECTION

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class PerImage:
    """Scores of one section as matrices with a line per label and a column per sample.

    `scores` are means over the draws of one image (NaN where there is none), `draws` how many
    there are, and `within` the sum of their squared distances from that mean.
    """

    labels: pd.Index
    samples: pd.Index
    scores: dict[str, Floats]
    draws: NDArray[np.int64]
    within: dict[str, Floats]


@dataclass(frozen=True)
class Means:
    """Per label (the index of every table): what its images say.

    `scores` are means over images, `covered` how many images each mean rests on, and `coverage`
    a signature of which ones; `counts` has `images`, `failed`, `draws`, `fewest_draws`, and
    `signature`, that of all images; `costs` are means of what an image takes.
    """

    scores: pd.DataFrame
    covered: pd.DataFrame
    coverage: pd.DataFrame
    counts: pd.DataFrame
    costs: pd.DataFrame
    images: PerImage


def means(ledger: Ledger) -> Means:
    """The means of the labels of one section.

    Raises `ProtocolError` where the records differ in task, data set, split, protocol or pixels:
    such scores cannot be averaged.
    """
    _refuse_mixture(ledger.facts)
    places = _Places(ledger.facts)
    images = _per_image(ledger, places)
    marks = pd.util.hash_array(places.samples.to_numpy(dtype=object))
    present = {name: ~np.isnan(matrix) for name, matrix in images.scores.items()}
    per_label = {"index": places.labels, "columns": list(images.scores)}

    def table(columns: dict[str, NDArray[np.generic]]) -> pd.DataFrame:
        return pd.DataFrame(columns, **per_label)

    return Means(
        scores=table({name: mean_of_lines(matrix) for name, matrix in images.scores.items()}),
        covered=table({name: there.sum(1) for name, there in present.items()}),
        coverage=table({name: _signature(there, marks) for name, there in present.items()}),
        counts=_counts(ledger.facts, places, images.draws, marks),
        costs=_costs(ledger.facts, places),
        images=images,
    )


class _Places:
    """Where the records of a section go in its matrices; failed ones are left out."""

    def __init__(self, facts: pd.DataFrame) -> None:
        rows, labels = _codes(facts["label"])
        columns, samples = _codes(facts["sample"])
        self.labels = pd.Index(labels, name="label")
        self.samples = pd.Index(samples, name="sample")
        self.shape = (len(labels), len(samples))
        self.rows = rows
        self.whole = ~facts["failed"].to_numpy()
        self.flat = (rows * len(samples) + columns)[self.whole]

    def sum(self, values: Floats) -> Floats:
        """The sum of `values`, one per record that did not fail, in each cell."""
        size = self.shape[0] * self.shape[1]
        return np.bincount(self.flat, values, size).astype(np.float64).reshape(self.shape)

    def mean(self, values: Floats) -> Floats:
        """The mean of those that are not NaN in each cell; NaN where there is none."""
        there = ~np.isnan(values)
        count = self.sum(there.astype(float))
        with np.errstate(invalid="ignore"):
            return self.sum(np.where(there, values, 0.0)) / np.where(count > 0, count, np.nan)


def _codes(column: pd.Series) -> tuple[NDArray[np.int64], list[str]]:
    """A number per line and the texts that they stand for, in the order of the alphabet."""
    used = column.cat.remove_unused_categories().cat
    names = sorted(used.categories)
    order = pd.Index(names).get_indexer(used.categories)
    return order[used.codes].astype(np.int64), names


def _per_image(ledger: Ledger, places: _Places) -> PerImage:
    draws = places.sum(np.ones(len(places.flat))).astype(np.int64)
    scores, within = {}, {}
    for name in ledger.scores:
        values = ledger.scores[name].to_numpy()[places.whole]
        scores[name] = places.mean(values)
        if draws.max(initial=0) > 1:
            with np.errstate(invalid="ignore"):
                far = (values - scores[name].reshape(-1)[places.flat]) ** 2
            within[name] = places.sum(np.nan_to_num(far, nan=0.0))
    return PerImage(places.labels, places.samples, scores, draws, within)


def mean_of_lines(matrix: Floats) -> Floats:
    """The mean of each line without its NaN; NaN where there is nothing else."""
    there = ~np.isnan(matrix)
    count = there.sum(1)
    with np.errstate(invalid="ignore"):
        means: Floats = np.where(there, matrix, 0.0).sum(1) / np.where(count > 0, count, np.nan)
    return means


def _signature(there: NDArray[np.bool_], marks: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Identifies a set of images by the (wrapping) sum of a 64-bit number per image."""
    sums: NDArray[np.uint64] = np.where(there, marks, np.uint64(0)).sum(1, dtype=np.uint64)
    return sums


def _refuse_mixture(facts: pd.DataFrame) -> None:
    mixed = {name: sorted(facts[name].unique()) for name in SECTION if facts[name].nunique() > 1}
    if mixed:
        what = "; ".join(f"{name}: {', '.join(values)}" for name, values in mixed.items())
        msg = f"scores of different protocols or pixels have no common mean ({what}); split them"
        raise ProtocolError(msg)


def _counts(
    facts: pd.DataFrame, places: _Places, draws: NDArray[np.int64], marks: NDArray[np.uint64]
) -> pd.DataFrame:
    most = np.iinfo(np.int64).max
    failures = facts[~places.whole].groupby("label", observed=True)["sample"].nunique()
    counts = {
        "images": (draws > 0).sum(1),
        "draws": draws.max(1, initial=0),
        "fewest_draws": np.where(draws > 0, draws, most).min(1, initial=most),
        "signature": _signature(draws > 0, marks),
    }
    counts["fewest_draws"] = np.minimum(counts["fewest_draws"], counts["draws"])
    table = pd.DataFrame(counts, index=places.labels)
    known = failures.rename(index=str)
    return table.assign(failed=known.reindex(places.labels, fill_value=0).astype(int))


def _costs(facts: pd.DataFrame, places: _Places) -> pd.DataFrame:
    facts = facts.loc[places.whole, list(COSTS)].astype(float)
    found = {name: mean_of_lines(places.mean(facts[name].to_numpy())) for name in COSTS}
    return pd.DataFrame(found, index=places.labels)


def common(count: pd.Series, signature: pd.Series) -> pd.Series:
    """Which labels hold the set of images that is largest, and among the largest most shared."""
    images, marks = count.to_numpy(), signature.to_numpy()
    if not images.max(initial=0):
        return pd.Series(False, index=count.index)
    found = np.unique(marks[images == images.max()], return_index=True, return_counts=True)
    values, first, shared = found
    most = shared == shared.max()  # of several sets the one that comes first
    return pd.Series(marks == values[most][first[most].argmin()], index=count.index)
