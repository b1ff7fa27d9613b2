"""Rows of one section: who is ranked, in which order, with which means and notes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from restorebench.leaderboard.board import LABEL, Column, Row
from restorebench.leaderboard.footnotes import Footnotes
from restorebench.leaderboard.frame import Ledger
from restorebench.leaderboard.means import Means, common, means
from restorebench.leaderboard.text import shortened

_SAME = 9
"""Decimals to which two means must agree to share a rank."""
_LONGEST = 200
"""Characters of an error that a footnote quotes."""
_MOST = 3
"""Reasons that one cell's footnotes give."""


@dataclass(frozen=True)
class Standing:
    """One section in numbers, every table indexed by label.

    `complete` says who has all images; `shown` the means that may be compared (NaN elsewhere);
    `rank` and `delta` are NaN for rows without.
    """

    means: Means
    complete: pd.Series
    shown: pd.DataFrame
    rank: pd.Series
    delta: pd.Series
    reference: str | None

    @property
    def order(self) -> list[str]:
        """The labels as they are listed: by rank, then those without, then the incomplete."""
        table = pd.DataFrame({"incomplete": ~self.complete, "rank": self.rank})
        ordered = table.sort_values(["incomplete", "rank", "label"], na_position="last")
        return list(ordered.index)

    @property
    def images(self) -> int:
        """How many images the section has."""
        counts = self.means.counts["images"]
        return int(counts[self.complete].max() if self.complete.any() else counts.max())


def standing(ledger: Ledger, rank_by: Column | None, reference: str) -> Standing:
    """Rank a section by the mean of `rank_by` (no ranks where that is None)."""
    table = means(ledger)
    counts = table.counts
    all_images = common(counts["images"], counts["signature"])
    complete = all_images & (counts["failed"] == 0)
    shown = table.scores.where(_comparable(table, complete) | ~_wide(complete, table.scores))
    plain = ledger.facts.loc[ledger.facts["reference"], "label"]
    known = reference if reference in set(plain) else None
    values = pd.Series(float("nan"), index=complete.index)
    if rank_by is not None and rank_by.higher_is_better is not None and rank_by.name in shown:
        values = shown[rank_by.name].where(complete)
        rank = values.round(_SAME).rank(method="min", ascending=not rank_by.higher_is_better)
    else:
        rank = values
    return Standing(table, complete, shown, rank, _delta(values, known), known)


def _comparable(table: Means, complete: pd.Series) -> pd.DataFrame:
    """Which complete rows have a column's mean over the images that most rows have it for."""
    return table.covered.apply(
        lambda covered: common(covered.where(complete, 0), table.coverage[covered.name])
    )


def _wide(column: pd.Series, like: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(dict.fromkeys(like, column), index=like.index)


def _delta(values: pd.Series, reference: str | None) -> pd.Series:
    if reference is None or pd.isna(values[reference]):
        return pd.Series(float("nan"), index=values.index)
    return (values - values[reference]).mask(values == values[reference], 0.0)


def rows(
    ledger: Ledger, place: Standing, columns: tuple[Column, ...], notes: Footnotes
) -> tuple[Row, ...]:
    """The rows of a section in their order, with footnotes for what is absent."""
    writer = _Notes(ledger, place, notes)
    return tuple(_row(label, place, writer.of(label, columns)) for label in place.order)


def _row(label: str, place: Standing, notes: Mapping[str, tuple[int, ...]]) -> Row:
    counts = place.means.counts.loc[label]
    rank, delta, seconds = place.rank[label], place.delta[label], counts["seconds"]
    return Row(
        label=label,
        rank=None if pd.isna(rank) else int(rank),
        means={name: float(v) for name, v in place.shown.loc[label].items() if not pd.isna(v)},
        delta=None if pd.isna(delta) else float(delta),
        images=int(counts["images"]),
        failed=int(counts["failed"]),
        draws=int(counts["draws"]),
        seconds=None if pd.isna(seconds) else float(seconds),
        reference=label == place.reference,
        complete=bool(place.complete[label]),
        notes=notes,
    )


class _Notes:
    """Writes the footnotes of a section's rows."""

    def __init__(self, ledger: Ledger, place: Standing, notes: Footnotes) -> None:
        self._place = place
        self._notes = notes
        failed = ledger.facts[ledger.facts["failed"]]
        self._errors = failed.drop_duplicates("label").set_index("label")["error"]
        labels = ledger.facts.loc[ledger.reasons.index, "label"].to_numpy()
        reasons = ledger.reasons.assign(label=labels).drop_duplicates()
        self._reasons = reasons.groupby(["label", "column"])["reason"].agg(list).to_dict()

    def of(self, label: str, columns: tuple[Column, ...]) -> dict[str, tuple[int, ...]]:
        """The footnotes of one row, by column."""
        texts = {LABEL: self._about(label)}
        texts |= {column.name: self._absent(label, column) for column in columns}
        return {
            key: tuple(self._notes.number(text) for text in found)
            for key, found in texts.items()
            if found
        }

    def _count(self, name: str, label: str) -> int:
        return int(self._place.means.counts.loc[label, name])

    def _about(self, label: str) -> list[str]:
        images, failed = self._count("images", label), self._count("failed", label)
        fewest, draws = self._count("fewest_draws", label), self._count("draws", label)
        texts = []
        if failed:
            error = shortened(self._errors[label], _LONGEST)
            which = "1 image" if failed == 1 else f"{failed} images"
            texts.append(f"not ranked: {which} failed; the first said: {error}")
        elif images < self._place.images:
            texts.append(f"not ranked: {images} of {self._place.images} images")
        elif not self._place.complete[label]:
            texts.append("not ranked: its images are not those of the other rows")
        if fewest != draws:
            texts.append(f"{fewest} to {draws} draws per image")
        return texts

    def _absent(self, label: str, column: Column) -> list[str]:
        covered = int(self._place.means.covered.loc[label, column.name])
        images = self._count("images", label)
        if covered == images:
            return []
        over = f" ({covered} of {images} images have it)" if covered else ""
        reasons = self._reasons.get((label, column.name), ["not scored"])[:_MOST]
        return [
            f"{column.title}: {reason.removeprefix(column.title + ': ')}{over}"
            for reason in reasons
        ]
