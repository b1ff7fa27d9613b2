"""Means of one section: draws averaged per image first, then images; and who has which images."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from restorebench.errors import ProtocolError
from restorebench.leaderboard.frame import SECTION, Ledger


@dataclass(frozen=True)
class Means:
    """Per label (the index of every table): what its images say.

    `scores` are means over images, `covered` how many images each mean rests on, and `coverage`
    a signature of which ones; `counts` has `images`, `failed`, `draws`, `fewest_draws`, `seconds`,
    and `signature`, that of all images.
    """

    scores: pd.DataFrame
    covered: pd.DataFrame
    coverage: pd.DataFrame
    counts: pd.DataFrame


def means(ledger: Ledger) -> Means:
    """The means of the labels of one section.

    Raises `ProtocolError` where the records differ in task, data set, split, protocol or pixels:
    such scores have no common mean.
    """
    _refuse_mixture(ledger.facts)
    whole = ledger.facts[~ledger.facts["failed"]]
    keys = [whole["label"], whole["sample"]]
    by_image = ledger.scores.loc[whole.index].groupby(keys).mean()
    labels = pd.Index(sorted(ledger.facts["label"].unique()), name="label")
    marks = _marks(by_image.index)
    present = by_image.notna()
    return Means(
        scores=by_image.groupby(level="label").mean().reindex(labels),
        covered=_sums(present).reindex(labels, fill_value=0),
        coverage=_sums(present.mul(marks, axis=0)).reindex(labels, fill_value=0),
        counts=_counts(ledger.facts, whole, marks),
    )


def _refuse_mixture(facts: pd.DataFrame) -> None:
    mixed = {name: sorted(facts[name].unique()) for name in SECTION if facts[name].nunique() > 1}
    if mixed:
        what = "; ".join(f"{name}: {', '.join(values)}" for name, values in mixed.items())
        msg = f"scores of different protocols or pixels have no common mean ({what}); split them"
        raise ProtocolError(msg)


def _marks(index: pd.MultiIndex) -> pd.Series:
    """A 64-bit number per image; a set of images is told by the (wrapping) sum of its numbers."""
    samples = index.get_level_values("sample").to_numpy(dtype=object)
    return pd.Series(pd.util.hash_array(samples), index=index)


def _sums(table: pd.DataFrame) -> pd.DataFrame:
    return table.groupby(level="label").sum()


def _counts(facts: pd.DataFrame, whole: pd.DataFrame, marks: pd.Series) -> pd.DataFrame:
    by_image = whole.groupby(["label", "sample"])
    draws = by_image.size().groupby(level="label")
    failures = facts[facts["failed"]].groupby("label")["sample"].nunique()
    counts = pd.DataFrame(
        {
            "images": draws.size(),
            "draws": draws.max(),
            "fewest_draws": draws.min(),
            "seconds": by_image["seconds"].mean().groupby(level="label").mean(),
        },
    )
    labels = pd.Index(sorted(facts["label"].unique()), name="label")
    numbers = dict.fromkeys(("images", "draws", "fewest_draws"), 0)
    counts = counts.reindex(labels).fillna(numbers).astype(dict.fromkeys(numbers, int))
    counts["failed"] = failures.reindex(labels, fill_value=0)
    counts["signature"] = marks.groupby(level="label").sum().reindex(labels, fill_value=0)
    return counts


def common(count: pd.Series, signature: pd.Series) -> pd.Series:
    """Which labels hold the set of images that is largest, and among the largest most shared."""
    largest = signature[count == count.max()]
    if largest.empty or count.max() == 0:
        return pd.Series(False, index=count.index)
    return signature == largest.value_counts(sort=False).idxmax()
