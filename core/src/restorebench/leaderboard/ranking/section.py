"""One section in numbers: which rows are complete, which means may be compared, and the ranks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from restorebench.errors import OptionError
from restorebench.leaderboard.board import Column
from restorebench.leaderboard.ranking.places import Ranks, Roles, places
from restorebench.leaderboard.ranking.rules import Better, Composite, Rule
from restorebench.leaderboard.ranking.significance import Ties, row_intervals, row_spread, ties
from restorebench.leaderboard.ranking.values import Floats, Values
from restorebench.leaderboard.records.intake import COSTS
from restorebench.leaderboard.records.ledger import Ledger
from restorebench.leaderboard.records.means import Means, common, mean_of_lines, means

Truths: TypeAlias = NDArray[np.bool_]
Pairs: TypeAlias = Mapping[str, tuple[float, float]]


@dataclass(frozen=True)
class SectionStats:
    """One section in numbers, arrays in the order of the labels of `means`.

    `complete` says which rows have all images; `shown` holds the means that may be compared (NaN
    elsewhere); `delta` is NaN for rows without. `intervals` and `spread` have pairs by label and
    column, where there are any. `obstacle` says why nothing is ranked, or is empty.
    """

    means: Means
    complete: Truths
    shown: Values
    ranks: Ranks
    delta: Floats
    intervals: Mapping[str, Pairs]
    spread: Mapping[str, Pairs]
    reference: str | None
    ties: Ties
    obstacle: str

    @cached_property
    def order(self) -> list[str]:
        """The labels as they are listed: by rank, then those without, then the incomplete."""
        whole = dict(zip(self.means.labels, self.complete.tolist(), strict=True))
        return sorted(self.ranks.order(sorted(whole)), key=lambda label: not whole[label])

    @cached_property
    def images(self) -> int:
        """How many images the section has."""
        counts = self.means.counts.images
        return int((counts[self.complete] if self.complete.any() else counts).max())


@dataclass(frozen=True)
class RankingSpec:
    """How a section is ranked: rule, roles, the column of differences and the reference row.

    `outside` holds numbers from elsewhere, a line per label. `few`: only `column` has intervals.
    """

    rule: Rule
    roles: Roles
    column: str
    reference: str
    outside: Values
    few: bool = False


def section_stats(ledger: Ledger, columns: tuple[Column, ...], spec: RankingSpec) -> SectionStats:
    """The numbers of a section; without ranks where the rule cannot be applied to it."""
    table = means(ledger)
    counts = table.counts
    complete = common(counts.images, counts.signature) & (counts.failed == 0)
    own = {name: np.where(_comparable(table, name, complete), column, np.nan)
           for name, column in table.scores.items()}  # fmt: skip
    tested = {name: column for name, column in own.items() if name == spec.column or not spec.few}
    shown = Values(table.labels, own | spec.outside.on(table.labels))
    plain = ledger.facts.where("reference").texts["label"].distinct
    reference = spec.reference if spec.reference in plain else None
    better = {c.name: c.higher_is_better for c in columns} | dict.fromkeys(COSTS, False)
    found, obstacle = _ranked(shown, table, complete, better, spec)
    ranked = [label for label in found.order(table.labels) if label in found.rank]
    return SectionStats(
        means=table,
        complete=complete,
        shown=shown,
        ranks=found,
        delta=_delta(shown, complete, spec.column, better, reference),
        intervals=row_intervals(table, Values(table.labels, tested).take(complete)),
        spread={label: row_spread(table.images, label) for label in table.labels},
        reference=reference,
        ties=ties(table.images, ranked, spec.rule, better) if not obstacle else Ties(),
        obstacle=obstacle,
    )


def _ranked(
    shown: Values, table: Means, complete: Truths, better: Better, spec: RankingSpec
) -> tuple[Ranks, str]:
    """The ranks of the complete rows by the rule, and why there are none."""
    costs = {name: column for name, column in table.costs.items() if name not in shown}
    columns = {**shown.columns, **costs, **_per_image(table, spec.rule)}
    values = Values(table.labels, columns).take(complete)
    if spec.roles.floor in table.labels and spec.roles.floor not in values.labels:
        return Ranks(), f"its floor, {spec.roles.floor}, does not have all images"
    try:
        return places(values, better, spec.rule, spec.roles), ""
    except OptionError as error:
        return Ranks(), str(error)


def _per_image(table: Means, rule: Rule) -> dict[str, Floats]:
    """The mean over images of a formula that is not that of the means, named by the formula."""
    if not isinstance(rule, Composite) or not rule.per_image or rule.formula.is_linear:
        return {}
    if not {*rule.columns} <= {*table.images.scores}:
        return {}
    values = np.asarray(rule.formula.value(table.images.scores), np.float64)
    return {rule.formula.text: mean_of_lines(values)}


def _comparable(table: Means, name: str, complete: Truths) -> Truths:
    """Which rows show a column's mean: of complete ones those that have the images of most."""
    covered = np.where(complete, table.covered[name], 0)
    return common(covered, table.coverage[name]) | ~complete


def _delta(
    shown: Values,
    complete: Truths,
    column: str,
    better: Mapping[str, bool | None],
    reference: str | None,
) -> Floats:
    nothing = np.full(len(shown.labels), np.nan)
    if column not in shown or better.get(column) is None or reference is None:
        return nothing
    values = np.where(complete, shown[column], np.nan)
    base = values[shown.labels.index(reference)]
    if np.isnan(base):
        return nothing
    with np.errstate(invalid="ignore"):
        return np.where(values == base, 0.0, values - base)
