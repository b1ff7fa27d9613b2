"""Ranking rules as data, and the ranks that they give to rows of means."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

import pandas as pd

from restorebench.errors import OptionError
from restorebench.leaderboard.records.intake import COSTS

SAME = 9
"""Decimals to which two values must agree to be equal."""

Better: TypeAlias = Mapping[str, bool | None]
"""Whether higher is better, by column; None or absent where that is unknown."""
Missing: TypeAlias = Literal["unranked", "last"]
Titles: TypeAlias = Callable[[str], str]


@dataclass(frozen=True)
class ByColumn:
    """By one column: a metric's mean, or a number from elsewhere such as a mean opinion score.

    `tie_break` is the column that decides between equals; without one they share their rank.
    """

    column: str
    tie_break: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns without which a row has no rank."""
        return (self.column,)

    def words(self, title: Titles = str) -> str:
        """The rule in words."""
        return title(self.column) + _tie_words(self.tie_break, title)

    def score(self, values: pd.DataFrame, better: Better) -> pd.Series:
        """What the rows are sorted by, the lowest first."""
        return _ascending(values[self.column], better)

    def shown(self, score: pd.Series) -> pd.Series | None:
        """`score` as tables show it; None where a column of the table shows it already."""
        return None


@dataclass(frozen=True)
class RankSum:
    """By the sum of the ranks in several columns, the lowest first (NTIRE 2024 dehazing).

    Equal values share the average of their ranks. With `mean` the sum is divided by the number of
    columns, which orders alike. A row that lacks a value has no rank, or with
    ``missing="last"`` the last rank of that column (shared by all that lack it).
    """

    columns: tuple[str, ...]
    tie_break: str = ""
    mean: bool = False
    missing: Missing = "unranked"

    def words(self, title: Titles = str) -> str:
        """The rule in words."""
        how = "mean" if self.mean else "sum"
        return f"{how} of the ranks in {_listed(self.columns, title)}, lowest first" + _tie_words(
            self.tie_break, title
        )

    def score(self, values: pd.DataFrame, better: Better) -> pd.Series:
        """What the rows are sorted by, the lowest first."""
        ranks = [_ascending(values[c], better).rank(na_option="bottom") for c in self.columns]
        total = sum(ranks[1:], ranks[0])
        return total / len(ranks) if self.mean else total

    def shown(self, score: pd.Series) -> pd.Series | None:
        """The sum or mean of ranks."""
        return score


@dataclass(frozen=True)
class Borda:
    """By Borda points, the most first: one for each row that a row beats in a column, ½ for a tie.

    A row that lacks a value has no rank, or with ``missing="last"`` no points in that column.
    """

    columns: tuple[str, ...]
    tie_break: str = ""
    missing: Missing = "unranked"

    def words(self, title: Titles = str) -> str:
        """The rule in words."""
        points = f"Borda points in {_listed(self.columns, title)}, most first"
        return points + _tie_words(self.tie_break, title)

    def score(self, values: pd.DataFrame, better: Better) -> pd.Series:
        """What the rows are sorted by, the lowest first: points with a minus."""
        points = [self._points(_ascending(values[c], better)) for c in self.columns]
        return -sum(points[1:], points[0])

    def shown(self, score: pd.Series) -> pd.Series | None:
        """The points."""
        return -score

    @staticmethod
    def _points(ascending: pd.Series) -> pd.Series:
        points = (len(ascending) - ascending.rank(na_option="bottom")).astype(float)
        return points.where(ascending.notna(), 0.0)


@dataclass(frozen=True)
class Composite:
    """By a weighted sum of columns, the highest first: ``PSNR + 10·SSIM − 5·LPIPS``.

    `terms` are pairs of a weight and a column; the sign of a weight says which way is better.
    """

    terms: tuple[tuple[float, str], ...]
    tie_break: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns without which a row has no rank."""
        return tuple(column for _, column in self.terms)

    def words(self, title: Titles = str) -> str:
        """The rule in words."""
        return _sum_text(self.terms, title) + ", highest first" + _tie_words(self.tie_break, title)

    def score(self, values: pd.DataFrame, better: Better) -> pd.Series:
        """What the rows are sorted by, the lowest first: the sum with a minus."""
        parts = [weight * values[column] for weight, column in self.terms]
        return -sum(parts[1:], parts[0])

    def shown(self, score: pd.Series) -> pd.Series | None:
        """The weighted sum."""
        return -score


Rule: TypeAlias = ByColumn | RankSum | Borda | Composite


@dataclass(frozen=True)
class Roles:
    """Rows that are listed without competing, by label.

    `baselines` are there to be read against; `disqualified` has the reason. Neither takes a place,
    and neither counts in the ranks of the others. `floor` is a baseline that must be reached: a
    row that the rule puts behind it has no rank (as below PASSRnet in NTIRE 2022 stereo).
    """

    baselines: frozenset[str] = frozenset()
    disqualified: Mapping[str, str] = field(default_factory=dict)
    floor: str = ""


@dataclass(frozen=True)
class Ranks:
    """Per label: its rank (NaN without one), and the number that the rule sorts by.

    Of those without a rank, `lacking` has the columns in which they have no value, and `why` what
    else keeps them out. `score` is None where a column of the table is that number.
    """

    rank: pd.Series
    score: pd.Series | None
    why: Mapping[str, str] = field(default_factory=dict)
    lacking: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def places(values: pd.DataFrame, better: Better, rule: Rule, roles: Roles | None = None) -> Ranks:
    """Rank the rows of `values` (a line per label, a column per name).

    The first has rank 1; rows that neither `rule` nor its tie-break separates share the lowest rank
    of their group, and the next rank is skipped. Raises `OptionError` where a column of the rule is
    absent or its better direction unknown, or where the floor lacks a value of it.
    """
    roles = roles or Roles()
    _check(values, better, rule)
    why, lacking = _not_competing(values, roles), _lacking(values, rule)
    competing = values.drop(index=[*{*why, *lacking}])
    behind = _behind(values, better, rule, roles.floor, competing)
    competing = competing.drop(index=list(behind))
    score = rule.score(competing, better)
    shown = rule.shown(score)
    keys = pd.DataFrame({"score": score.round(SAME)})
    if rule.tie_break:
        keys["tie"] = _ascending(competing[rule.tie_break], better)
    return Ranks(
        _competition(keys).reindex(values.index),
        None if shown is None else shown.reindex(values.index),
        why | behind,
        lacking,
    )


def _competition(keys: pd.DataFrame) -> pd.Series:
    """Ranks 1, 2, 2, 4 in the order of the columns of `keys`, what is missing last."""
    ordered = keys.sort_values(list(keys.columns), na_position="last", kind="stable")
    place = pd.Series(range(1, len(ordered) + 1), index=ordered.index, dtype=float)
    groups = ordered.groupby(list(keys.columns), dropna=False, sort=False).ngroup()
    return place.groupby(groups).transform("min")


def _check(values: pd.DataFrame, better: Better, rule: Rule) -> None:
    needed = [*rule.columns, *filter(None, [rule.tie_break])]
    for column in needed:
        if column not in values:
            there = ", ".join(map(str, values.columns))
            msg = f"it ranks by {column}, which is not among the columns ({there})"
            if not {*values.columns} - {*COSTS}:
                msg = f"it ranks by {column}, but no image was scored"
            raise OptionError(msg)
    directed = needed[len(rule.terms) :] if isinstance(rule, Composite) else needed
    unknown = [column for column in directed if better.get(column) is None]
    if unknown:
        msg = f"it ranks by {unknown[0]}, and no installed metric says which way is better in it"
        raise OptionError(msg)


def _lacking(values: pd.DataFrame, rule: Rule) -> dict[str, tuple[str, ...]]:
    if isinstance(rule, RankSum | Borda) and rule.missing == "last":
        return {}
    absent = values[list(rule.columns)].isna()
    return {
        str(label): tuple(column for column in rule.columns if line[column])
        for label, line in absent[absent.any(axis=1)].iterrows()
    }


def _not_competing(values: pd.DataFrame, roles: Roles) -> dict[str, str]:
    baselines = {label: "a baseline" for label in sorted(roles.baselines) if label in values.index}
    out = {k: f"disqualified: {v}" for k, v in roles.disqualified.items() if k in values.index}
    return baselines | out


def _behind(
    values: pd.DataFrame, better: Better, rule: Rule, floor: str, competing: pd.DataFrame
) -> dict[str, str]:
    if floor not in values.index:
        return {}
    if absent := _lacking(values.loc[[floor]], rule).get(floor):
        msg = f"its floor, {floor}, has no value in {', '.join(absent)}"
        raise OptionError(msg)
    with_floor = competing
    if floor not in competing.index:
        with_floor = pd.concat([competing, values.loc[[floor]]])
    score = rule.score(with_floor, better).round(SAME)
    return {str(label): f"behind {floor}" for label in score.index[score > score[floor]]}


def _ascending(column: pd.Series, better: Better) -> pd.Series:
    """The column so that lower is better."""
    rounded = column.round(SAME)
    return -rounded if better[str(column.name)] else rounded


def _listed(columns: tuple[str, ...], title: Titles) -> str:
    names = [title(column) for column in columns]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _tie_words(tie_break: str, title: Titles) -> str:
    return f"; ties broken by {title(tie_break)}" if tie_break else ""


def _sum_text(terms: tuple[tuple[float, str], ...], title: Titles) -> str:
    parts = []
    for weight, column in terms:
        factor = "" if abs(weight) == 1 else f"{abs(weight):g}·"
        parts.append(f"{'−' if weight < 0 else '+'} {factor}{title(column)}")
    return " ".join(parts).removeprefix("+ ")
