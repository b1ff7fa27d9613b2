"""The ranks that a rule gives to rows of means, and which rows do not compete."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from restorebench.errors import OptionError
from restorebench.leaderboard.ranking.rules import Better, Rule, ascending
from restorebench.leaderboard.records.intake import COSTS


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

    The first has rank 1; rows that neither `rule` nor its ties separate share the lowest rank of
    their group, and the next rank is skipped. Raises `OptionError` where a column of the rule is
    absent or its better direction unknown, or where the floor lacks a value of it.
    """
    roles = roles or Roles()
    _check(values, better, rule)
    why, lacking = _not_competing(values, roles), _lacking(values, rule)
    competing = values.drop(index=[*{*why, *lacking}])
    behind = _behind(values, better, rule, roles.floor, competing)
    competing = competing.drop(index=list(behind))
    keys = rule.keys(competing, better)
    undefined = keys[0].index[keys[0].isna()]
    if len(undefined) and rule.missing == "unranked":
        behind |= {str(label): "what ranks has no value for it" for label in undefined}
        competing = competing.drop(index=undefined)
        keys = rule.keys(competing, better)
    shown = rule.shown(keys[0])
    keys += [ascending(term, competing, better) for term in rule.ties]
    return Ranks(
        _competition(keys).reindex(values.index),
        None if shown is None else shown.reindex(values.index),
        why | behind,
        lacking,
    )


def _competition(keys: list[pd.Series]) -> pd.Series:
    """Ranks 1, 2, 2, 4 by the first key, among equals by the next, what is missing last."""
    table = pd.DataFrame(dict(enumerate(keys)))
    names = list(table.columns)
    ordered = table.sort_values(names, na_position="last", kind="stable")
    place = pd.Series(range(1, len(ordered) + 1), index=ordered.index, dtype=float)
    groups = ordered.groupby(names, dropna=False, sort=False).ngroup()
    return place.groupby(groups).transform("min")


def _check(values: pd.DataFrame, better: Better, rule: Rule) -> None:
    for column in rule.all_columns:
        if column not in values:
            there = ", ".join(map(str, values.columns))
            msg = f"it ranks by {column}, which is not among the columns ({there})"
            if not {*values.columns} - {*COSTS}:
                msg = f"it ranks by {column}, but no image was scored"
            raise OptionError(msg)
    unknown = [column for column in rule.directed if better.get(column) is None]
    if unknown:
        msg = f"it ranks by {unknown[0]}, and no installed metric says which way is better in it"
        raise OptionError(msg)


def _lacking(values: pd.DataFrame, rule: Rule) -> dict[str, tuple[str, ...]]:
    if rule.missing == "last":
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
    rank = _competition(rule.keys(with_floor, better))
    return {str(label): f"behind {floor}" for label in rank.index[rank > rank[floor]]}
