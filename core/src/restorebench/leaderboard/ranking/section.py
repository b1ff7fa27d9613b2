"""One section in numbers: which rows are complete, which means may be compared, and the ranks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeAlias

import numpy as np
import pandas as pd

from restorebench.errors import OptionError
from restorebench.leaderboard.board import Column
from restorebench.leaderboard.ranking.places import Ranks, Roles, places
from restorebench.leaderboard.ranking.rules import Better, Composite, Rule
from restorebench.leaderboard.ranking.significance import Ties, row_intervals, row_spread, ties
from restorebench.leaderboard.records.frame import Ledger
from restorebench.leaderboard.records.intake import COSTS
from restorebench.leaderboard.records.means import Means, common, mean_of_lines, means

Pairs: TypeAlias = Mapping[str, tuple[float, float]]


@dataclass(frozen=True)
class SectionStats:
    """One section in numbers, every table indexed by label.

    `complete` says which rows have all images; `shown` holds the means that may be compared (NaN
    elsewhere); `delta` is NaN for rows without. `intervals` and `spread` have pairs by label and
    column, where there are any. `obstacle` says why nothing is ranked, or is empty.
    """

    means: Means
    complete: pd.Series
    shown: pd.DataFrame
    ranks: Ranks
    delta: pd.Series
    intervals: Mapping[str, Pairs]
    spread: Mapping[str, Pairs]
    reference: str | None
    ties: Ties
    obstacle: str

    @cached_property
    def order(self) -> list[str]:
        """The labels as they are listed: by rank, then those without, then the incomplete."""
        table = pd.DataFrame({"incomplete": ~self.complete, "rank": self.ranks.rank})
        ordered = table.sort_values(["incomplete", "rank", "label"], na_position="last")
        return list(ordered.index)

    @cached_property
    def images(self) -> int:
        """How many images the section has."""
        counts = self.means.counts["images"]
        return int(counts[self.complete].max() if self.complete.any() else counts.max())


@dataclass(frozen=True)
class RankingSpec:
    """How a section is ranked: rule, roles, the column of differences and the reference row.

    `outside` holds numbers from elsewhere, a line per label.
    """

    rule: Rule
    roles: Roles
    column: str
    reference: str
    outside: pd.DataFrame


def section_stats(ledger: Ledger, columns: tuple[Column, ...], spec: RankingSpec) -> SectionStats:
    """The numbers of a section; without ranks where the rule cannot be applied to it."""
    table = means(ledger)
    counts = table.counts
    all_images = common(counts["images"], counts["signature"])
    complete = all_images & (counts["failed"] == 0)
    wide = pd.DataFrame(dict.fromkeys(table.scores, complete), index=table.scores.index)
    shown = table.scores.where(_comparable(table, complete) | ~wide)
    shown = shown.join(spec.outside.reindex(shown.index))
    comparable = shown[list(table.scores)][complete]
    plain = ledger.facts.loc[ledger.facts["reference"], "label"].unique()
    reference = spec.reference if spec.reference in set(plain) else None
    better = {c.name: c.higher_is_better for c in columns} | dict.fromkeys(COSTS, False)
    found, obstacle = _ranked(shown, table, complete, better, spec)
    ranked = found.rank.dropna().sort_values(kind="stable").index
    return SectionStats(
        means=table,
        complete=complete,
        shown=shown,
        ranks=found,
        delta=_delta(shown, complete, spec.column, better, reference),
        intervals=row_intervals(table, comparable),
        spread={label: row_spread(table.images, label) for label in table.images.labels},
        reference=reference,
        ties=ties(table.images, list(ranked), spec.rule, better) if not obstacle else Ties(),
        obstacle=obstacle,
    )


def _ranked(
    shown: pd.DataFrame, table: Means, complete: pd.Series, better: Better, spec: RankingSpec
) -> tuple[Ranks, str]:
    """The ranks of the complete rows by the rule, and why there are none."""
    own = [name for name in COSTS if name not in shown]
    values = shown.join(table.costs[own]).join(_per_image(table, spec.rule))[complete]
    nothing = pd.Series(float("nan"), index=shown.index)
    if not complete.get(spec.roles.floor, True):
        return Ranks(nothing, None), f"its floor, {spec.roles.floor}, does not have all images"
    try:
        found = places(values, better, spec.rule, spec.roles)
    except OptionError as error:
        return Ranks(nothing, None), str(error)
    score = None if found.score is None else found.score.reindex(shown.index)
    return replace(found, rank=found.rank.reindex(shown.index), score=score), ""


def _per_image(table: Means, rule: Rule) -> pd.DataFrame:
    """The mean over images of a formula that is not that of the means, named by the formula."""
    nothing = pd.DataFrame(index=table.scores.index)
    if not isinstance(rule, Composite) or not rule.per_image or rule.formula.is_linear:
        return nothing
    if not {*rule.columns} <= {*table.images.scores}:
        return nothing
    values = np.asarray(rule.formula.value(table.images.scores), np.float64)
    return nothing.assign(**{rule.formula.text: mean_of_lines(values)})


def _comparable(table: Means, complete: pd.Series) -> pd.DataFrame:
    """Which complete rows have a column's mean over the images that most rows have it for."""
    return table.covered.apply(
        lambda covered: common(covered.where(complete, 0), table.coverage[covered.name])
    )


def _delta(
    shown: pd.DataFrame,
    complete: pd.Series,
    column: str,
    better: Mapping[str, bool | None],
    reference: str | None,
) -> pd.Series:
    nothing = pd.Series(float("nan"), index=shown.index)
    if column not in shown or better.get(column) is None or reference is None:
        return nothing
    values = shown[column].where(complete)
    if pd.isna(values[reference]):
        return nothing
    return (values - values[reference]).mask(values == values[reference], 0.0)
